// The view of the audit: what the log says about the client's manners, the worst first.

import { h } from "./dom.js";
import { follow } from "./live.js";

const LINKED = 12;

export function audit(main, signal) {
  const place = h("div", { class: "cards wide" });
  main.append(h("h1", {}, "Audit"), place);
  follow(signal, "audit", place, ({ findings }) =>
    findings.length
      ? findings.map(finding)
      : h("p", { class: "none" }, "Nothing to find fault with, as far as the log tells."),
  );
}

function finding({ rule, severity, sentence, calls, why, source }) {
  const links = calls
    .slice(0, LINKED)
    .map((number) => h("li", {}, h("a", { href: `#/calls/${number}` }, `Call ${number}`)));
  return h(
    "section",
    { class: `card finding ${severity}` },
    h("h2", {}, h("span", { class: "chip" }, severity), " ", h("code", {}, rule)),
    h("p", {}, sentence),
    h("p", { class: "muted" }, `${why} (${source})`),
    h(
      "ul",
      { class: "inline", "aria-label": "Calls that show it" },
      links,
      calls.length > LINKED && h("li", { class: "muted" }, `and ${calls.length - LINKED} more`),
    ),
  );
}
