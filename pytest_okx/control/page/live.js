// What the server tells as it happens: one stream of server-sent events, opened again whenever it breaks.
//
// Listeners of `live` get an event named as the server's ("call", "clock", "faults" ...) whose `detail` is its data,
// and "connected" or "gone".

import { BASE, Refused, get, read } from "./api.js";
import { h, replace } from "./dom.js";

const AGAIN = 1000,
  REST = 500,
  ANYWAY = 5000; // milliseconds

export const live = new EventTarget();

export function tell(type, detail) {
  live.dispatchEvent(new CustomEvent(type, { detail }));
}

/** Listen for ever. A first question comes before, because a stream cannot ask for the token. */
export async function listen() {
  const again = () => setTimeout(listen, AGAIN);
  try {
    await get("health");
  } catch {
    tell("gone");
    return void again();
  }
  const stream = new EventSource(new URL("events", BASE));
  stream.onopen = () => tell("connected");
  stream.onmessage = ({ data }) => {
    const event = JSON.parse(data);
    tell(event.type, event);
  };
  stream.onerror = () => {
    stream.close();
    tell("gone");
    again();
  };
}

/** Keep what `path` tells in `place`, as `build` makes it: asked now, as soon as anything happens, and now and then. */
export function follow(signal, path, place, build) {
  let before = null,
    resting = false,
    due = false;

  /** Ask, and then rest for ten times as long as that took: the server has better things to do. */
  async function ask() {
    const begun = performance.now();
    await show().catch(failed);
    setTimeout(rested, Math.min(ANYWAY, Math.max(REST, 10 * (performance.now() - begun))));
  }

  async function show() {
    const told = await read(path, signal);
    if (told !== before && !signal.aborted) replace(place, build(JSON.parse(told)));
    before = told;
  }

  function failed(error) {
    before = null;
    if (error instanceof Refused && !signal.aborted) replace(place, h("p", { class: "problem" }, error.message));
  }

  function rested() {
    resting = false;
    if (due) soon();
  }

  function soon() {
    due = true;
    if (resting || document.hidden || signal.aborted) return;
    resting = true;
    due = false;
    ask();
  }

  for (const type of ["call", "clock", "faults", "connected"]) live.addEventListener(type, soon, { signal });
  const anyway = setInterval(soon, ANYWAY);
  signal.addEventListener("abort", () => clearInterval(anyway));
  soon();
}
