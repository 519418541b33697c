// The view of WebSocket sessions: who is connected, logged in as whom, subscribed to what.

import { h } from "./dom.js";
import { count } from "./format.js";
import { follow } from "./live.js";

export function sessions(main, signal) {
  const place = h("div", { class: "cards" });
  main.append(h("h1", {}, "Sessions"), place);
  follow(signal, "sessions", place, ({ sessions: rows }) =>
    rows.length ? rows.map(session) : h("p", { class: "none" }, "Nobody is connected by WebSocket."),
  );
}

function session({ connId, url, loggedIn, subscriptions }) {
  return h(
    "section",
    { class: "card" },
    h("h2", {}, h("code", {}, connId), " ", h("span", { class: "chip" }, `/${url}`)),
    h("p", { class: "muted" }, loggedIn ? `Logged in as user ${loggedIn}` : "Not logged in"),
    h("h3", {}, count(subscriptions.length, "subscription")),
    h(
      "ul",
      { class: "plain" },
      subscriptions.map((each) => h("li", {}, h("code", {}, written(each)))),
    ),
  );
}

/** A subscription as its channel and what it is about. */
function written(subscription) {
  const { channel, ...rest } = subscription;
  return [channel, ...Object.values(rest)].join(" ");
}
