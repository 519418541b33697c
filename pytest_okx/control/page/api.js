// Calls of the control API: JSON in and out, refusals as exceptions whose message is the server's own sentence.

export const BASE = new URL("./", document.baseURI);

export class Refused extends Error {}

/** The text of the reply to a request, once the server has seen a token where it asks for one. */
async function respond(method, path, body, signal) {
  const content = body && { body: JSON.stringify(body), headers: { "Content-Type": "application/json" } };
  const reply = await fetch(new URL(path, BASE), { method, signal, cache: "no-store", ...content });
  if (reply.status === 401) {
    await askForToken();
    return respond(method, path, body, signal);
  }
  const text = await reply.text();
  if (!reply.ok) throw new Refused(sentence(text) ?? `The server answered ${reply.status} ${reply.statusText}.`);
  return text;
}

function sentence(problem) {
  try {
    return JSON.parse(problem).detail;
  } catch {
    return null;
  }
}

export function read(path, signal) {
  return respond("GET", path, null, signal);
}

export async function get(path, signal) {
  return JSON.parse(await read(path, signal));
}

/** Change something; what the server says to that, null where it says nothing. */
export async function send(method, path, body) {
  return JSON.parse((await respond(method, path, body)) || "null");
}

let asking = null;

/** Ask once, however many requests wait for the answer; the cookie goes to this server's control API alone. */
function askForToken() {
  asking ??= new Promise((resolve) => {
    const dialog = document.getElementById("ask"),
      input = document.getElementById("token");
    dialog.addEventListener(
      "close",
      () => {
        const token = encodeURIComponent(input.value.trim());
        document.cookie = `okx_control=${token}; path=${BASE.pathname}; SameSite=Strict`;
        input.value = "";
        asking = null;
        resolve();
      },
      { once: true },
    );
    dialog.showModal();
  });
  return asking;
}
