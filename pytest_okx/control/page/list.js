// A list of calls of any length, of which the document holds the rows that can be seen and some around them.

import { h } from "./dom.js";
import { timeOfDay } from "./format.js";
import { refused } from "./log.js";

const ROW = 28; // the height of a row, as in style.css
const AROUND = 15;
const MOST = 160;
const STEPS = { ArrowDown: 1, ArrowUp: -1, PageDown: 20, PageUp: -20, End: Infinity, Home: -Infinity };

const COLUMNS = [
  ["No.", "number", (row) => row.number],
  ["Time", "time", (row) => timeOfDay(row.at)],
  ["Method", "method", way],
  ["Path", "target", path],
  ["Status", "status", (row) => row.status ?? ""],
  ["Verdict", "verdict", verdict],
];

export class CallList {
  #rows = [];
  #built = new Map();
  #open = null; // the number of the call that is shown beside the list
  #active = null; // the number of the one row that the tab key reaches
  #body = h("tbody", {
    onclick: ({ target }) => !target.closest("a") && target.closest("tr")?.querySelector("a")?.click(),
  });
  #above = h("tr", { class: "space", "aria-hidden": "true" }, h("td"));
  #below = this.#above.cloneNode(true);
  #none = h("p", { class: "none" });

  constructor() {
    const head = h(
      "tr",
      {},
      COLUMNS.map(([heading, kind]) => h("th", { scope: "col", class: kind }, heading)),
    );
    const caption = h("caption", { class: "unseen" }, "Calls, oldest first. The arrow keys go from one to the next.");
    this.table = h("table", {}, caption, h("thead", {}, head), this.#body);
    this.element = h("div", { class: "window", tabindex: -1 }, this.table, this.#none);
    this.element.addEventListener("scroll", () => this.#draw(), { passive: true });
    this.element.addEventListener("keydown", (event) => this.#step(event));
    this.#body.addEventListener("focusin", ({ target }) => this.#reach(Number(target.closest("tr").dataset.number)));
    this.#body.append(this.#above, this.#below);
    new ResizeObserver(() => this.#draw()).observe(this.element);
  }

  /** List these rows, and stay at the end if that is where the list is. */
  show(rows, none) {
    const { scrollTop, clientHeight, scrollHeight } = this.element;
    const atEnd = scrollHeight - scrollTop - clientHeight < 2 * ROW;
    this.#rows = rows;
    this.#none.textContent = rows.length ? "" : none;
    this.table.hidden = !rows.length;
    this.table.setAttribute("aria-rowcount", rows.length + 1);
    this.#draw();
    if (atEnd) this.element.scrollTop = this.element.scrollHeight;
  }

  /** Mark the row of the call that is open, if one is, and bring it into sight. */
  mark(number) {
    this.#open = number;
    if (number !== null) this.#reach(number);
    this.#bringIntoSight(this.#rows.findIndex((row) => row.number === number));
    for (const [key, row] of this.#built) this.#current(row, key);
  }

  /** Give the focus to the row of a call, if it is listed. */
  focus(number) {
    const index = this.#rows.findIndex((row) => row.number === number);
    if (index < 0) return;
    this.#bringIntoSight(index);
    this.#built.get(number)?.querySelector("a").focus({ preventScroll: true });
  }

  #step(event) {
    const step = STEPS[event.key];
    if (!step || event.altKey || event.ctrlKey || event.metaKey || !this.#rows.length) return;
    event.preventDefault();
    const at = this.#rows.findIndex((row) => row.number === this.#active);
    this.focus(this.#rows[Math.max(0, Math.min(this.#rows.length - 1, at + step))].number);
  }

  #bringIntoSight(index) {
    if (index < 0) return;
    const top = index * ROW,
      window = this.element,
      seen = window.clientHeight - 2 * ROW; // the head is a row, too
    if (top < window.scrollTop) window.scrollTop = top;
    else if (top > window.scrollTop + seen) window.scrollTop = top - seen;
    this.#draw();
  }

  #draw() {
    const { scrollTop, clientHeight } = this.element;
    const held = this.#body.contains(document.activeElement);
    const first = Math.max(0, Math.min(Math.floor(scrollTop / ROW), this.#rows.length - 1) - AROUND);
    const rows = this.#rows.slice(first, first + Math.min(MOST, Math.ceil(clientHeight / ROW) + 2 * AROUND));
    this.#keep(new Set(rows.map((row) => row.number)));
    let place = this.#above.nextSibling;
    rows.forEach((row, index) => {
      const element = this.#built.get(row.number) ?? this.#build(row);
      element.setAttribute("aria-rowindex", first + index + 2);
      if (element === place) place = place.nextSibling;
      else place.before(element);
    });
    this.#above.firstChild.style.height = `${first * ROW}px`;
    this.#below.firstChild.style.height = `${(this.#rows.length - first - rows.length) * ROW}px`;
    this.element.scrollTop = scrollTop; // which the browser may have changed while rows were missing
    if (!this.#built.has(this.#active) && rows.length) this.#reach(rows[Math.min(AROUND, rows.length - 1)].number);
    // A row that had the focus and is gone leaves it to the list, where the arrow keys go on.
    if (held && !this.#body.contains(document.activeElement)) this.element.focus({ preventScroll: true });
  }

  #keep(numbers) {
    for (const [number, element] of this.#built) {
      if (numbers.has(number)) continue;
      element.remove();
      this.#built.delete(number);
    }
  }

  #build(row) {
    const cells = COLUMNS.map(([, kind, cell]) => h("td", { class: kind }, cell(row)));
    const element = h("tr", { "data-number": row.number, class: refused(row) && "refused" }, cells);
    this.#built.set(row.number, element);
    this.#current(element, row.number);
    return element;
  }

  #current(element, number) {
    const link = element.querySelector("a");
    if (number === this.#open) link.setAttribute("aria-current", "true");
    else link.removeAttribute("aria-current");
    link.tabIndex = number === this.#active ? 0 : -1;
  }

  #reach(number) {
    const before = this.#built.get(this.#active);
    this.#active = number;
    if (before) before.querySelector("a").tabIndex = -1;
    const now = this.#built.get(number);
    if (now) now.querySelector("a").tabIndex = 0;
  }
}

/** What was asked for; what all paths begin with goes where there is little room. */
function path({ number, target }) {
  const [, start, rest] = target.match(/^(\/api\/v5)?(.*)$/s);
  return h("a", { href: `#/calls/${number}`, tabindex: -1 }, start && h("span", { class: "start" }, start), rest);
}

/** The method of a call; the name of a message, with the way that it went. */
function way({ kind, method, sent }) {
  return kind === "ws"
    ? [
        h("span", { "aria-hidden": "true" }, sent ? "↑ " : "↓ "),
        h("span", { class: "unseen" }, sent ? "sent " : "received "),
        method,
      ]
    : method;
}

/** What came of a call, by a sign, in words and in colour; and the fault that had a hand in it. */
function verdict(row) {
  const words = row.verdict.replace(`${row.status} `, "");
  return [
    h("span", { class: "sign", "aria-hidden": "true" }, refused(row) ? "✕" : "✓"),
    h("span", { class: "words" }, words),
    row.fault && h("span", { class: "chip fault" }, row.fault),
  ];
}
