// The view of all calls: a list that holds in the document only the rows that can be seen, and beside it one call.

import { call } from "./call.js";
import { h } from "./dom.js";
import { count, grouped } from "./format.js";
import { CallList } from "./list.js";
import { log, matches } from "./log.js";

export function calls(main, signal) {
  const wanted = { text: "", verdict: "", kind: "" };
  const list = new CallList();
  const total = h("span", { class: "muted", id: "shown" });
  const side = h("section", { class: "side", "aria-label": "One call", hidden: true, onkeydown: close });
  const pause = h("button", { id: "pause", type: "button", "aria-pressed": "false", onclick: toggle }, "Pause");
  let until = Infinity;

  function toggle() {
    until = until === Infinity ? (log.rows.at(-1)?.number ?? 0) : Infinity;
    pause.setAttribute("aria-pressed", String(until !== Infinity));
    update();
  }

  function update() {
    const found = log.rows.filter((row) => matches(row, wanted));
    const shown = until === Infinity ? found : found.filter((row) => row.number <= until);
    const waiting = found.length - shown.length;
    pause.textContent = until === Infinity ? "Pause" : waiting ? `Go on, ${grouped(waiting)} new` : "Go on";
    total.textContent =
      shown.length === log.rows.length
        ? count(shown.length, "call")
        : `${grouped(shown.length)} of ${count(log.rows.length, "call")}`;
    list.show(shown, log.rows.length ? "No call is like that." : "No call yet. They appear here as they arrive.");
  }

  const filters = h(
    "form",
    { class: "toolbar", role: "search", onsubmit: (event) => event.preventDefault() },
    h("label", { class: "unseen", for: "filter" }, "Filter by path, code or number"),
    h("input", {
      id: "filter",
      type: "search",
      placeholder: "Filter: path, code, number",
      oninput: ({ target }) => {
        wanted.text = target.value.trim().toLowerCase();
        update();
      },
    }),
    choice("verdict", "Verdict", [
      ["", "All verdicts"],
      ["refused", "Refused"],
      ["accepted", "Accepted"],
    ]),
    choice("kind", "Kind", [
      ["", "All kinds"],
      ["http", "REST"],
      ["ws", "WebSocket"],
    ]),
    pause,
    total,
  );

  function choice(name, label, options) {
    const select = h(
      "select",
      {
        id: name,
        onchange: ({ target }) => {
          wanted[name] = target.value;
          update();
        },
      },
      options.map(([value, text]) => h("option", { value }, text)),
    );
    return [h("label", { class: "unseen", for: name }, label), select];
  }

  function close(event) {
    if (event.key === "Escape") location.hash = "#/calls";
  }

  const all = h("section", { class: "list", "aria-label": "All calls" }, filters, list.element);
  const split = h("div", { class: "split" }, all, side);
  main.append(h("h1", { class: "unseen" }, "Calls"), split);
  const soon = once(update);
  log.addEventListener("changed", soon, { signal });
  update();

  let left = new AbortController(),
    open = null;
  return async (argument) => {
    const number = argument && Number(argument),
      before = open,
      reading = document.activeElement !== document.body;
    left.abort();
    left = new AbortController();
    open = number;
    side.hidden = number === null;
    split.classList.toggle("open", number !== null);
    list.mark(number);
    if (number === null) {
      side.replaceChildren();
      if (before !== null) list.focus(before);
    } else if (await call(side, number, left.signal)) {
      side.scrollTop = 0;
      if (reading) side.querySelector("h2").focus();
    }
  };
}

/** The same function, run once before the next picture however often it is called. */
function once(run) {
  let waiting = false;
  return () => {
    if (!waiting)
      requestAnimationFrame(() => {
        waiting = false;
        run();
      });
    waiting = true;
  };
}
