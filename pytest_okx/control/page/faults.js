// The view of faults: one form to add any kind, made of what the server says about it, and those that there are.

import { get, send } from "./api.js";
import { announce, h, replace } from "./dom.js";
import { count } from "./format.js";
import { live, tell } from "./live.js";
import { log } from "./log.js";

const MOMENTS = {
  before: "Before the call is looked at",
  check: "In the order of checks",
  after: "After the exchange acted",
  connect: "As a connection opens",
  push: "On what a WebSocket pushes",
  message: "On what a WebSocket asks",
};
// How what is typed becomes a value of one of Python's types.
const READERS = {
  str: String,
  int: Number,
  float: Number,
  object: JSON.parse,
};

let known = { faults: [], kinds: [] };
let heard = 0; // how often the server told by itself

function learn(told) {
  known = { ...known, ...told };
  tell("faults known");
}

/** Ask for all; what the server told by itself meanwhile is newer than its answer. */
async function refresh() {
  const before = heard;
  const told = await get("faults");
  learn(before === heard ? told : { kinds: told.kinds });
}

live.addEventListener("faults", ({ detail }) => {
  heard += 1;
  learn({ faults: detail.faults });
});
live.addEventListener("connected", () => refresh().catch(() => {}));

/** Keep the number of faults that may still happen right. */
export function countFaults(place) {
  live.addEventListener("faults known", () => {
    const armed = known.faults.filter((fault) => !fault.exhausted).length;
    place.textContent = armed || "";
  });
}

export function faults(main, signal) {
  const list = h("div", { "aria-label": "Faults", role: "region" });
  const form = new Form();
  const hits = new Map();

  function draw() {
    form.offer(known.kinds);
    const rows = known.faults.map((fault) => item(fault, hits.has(fault.id) && fault.hits > hits.get(fault.id)));
    known.faults.forEach((fault) => hits.set(fault.id, fault.hits));
    replace(
      list,
      rows.length
        ? h("ul", { class: "faults" }, rows)
        : h("p", { class: "none" }, "No faults: every call gets what it deserves."),
    );
  }

  main.append(h("h1", {}, "Faults"), h("div", { class: "cards aside" }, form.element, list));
  draw();
  live.addEventListener("faults known", draw, { signal });
}

function item(fault, fired) {
  const state = fault.exhausted ? "spent" : "armed";
  const remove = h(
    "button",
    { type: "button", id: `remove-${fault.id}`, "aria-label": `Remove ${fault.text}`, onclick: () => forget(fault) },
    "Remove",
  );
  return h(
    "li",
    { class: `card ${state}${fired ? " fired" : ""}` },
    h("h2", {}, fault.kind ?? "Several", " ", h("span", { class: "chip" }, state)),
    h("p", {}, h("code", {}, fault.text), fault.skip > 0 && ` after ${count(fault.skip, "call")}`),
    h("p", { class: "hits" }, h("strong", {}, fault.hits), fault.hits === 1 ? " hit" : " hits"),
    remove,
  );
}

async function forget(fault) {
  await send("DELETE", `faults/${encodeURIComponent(fault.id)}`).catch(() => {}); // gone already
  await refresh();
  announce(`Removed ${fault.text}.`);
  document.getElementById("kind").focus();
}

class Form {
  #kinds = [];
  #kind = h("select", { id: "kind", onchange: () => this.#ask() });
  #parameters = h("div", { class: "parameters" });
  #routes = h("datalist", { id: "routes" });
  #problem = h("p", { class: "problem", role: "alert" });

  constructor() {
    this.element = h(
      "form",
      { class: "card", "aria-label": "Add a fault", onsubmit: (event) => this.#add(event) },
      h("h2", {}, "Add a fault"),
      h("label", { for: "kind" }, "Kind"),
      this.#kind,
      this.#parameters,
      field("on", "Route, such as POST /api/v5/trade/order (empty: any call)", {
        list: "routes",
        autocomplete: "off",
        spellcheck: "false",
        onfocus: () => this.#suggest(),
      }),
      this.#routes,
      h(
        "div",
        { class: "row" },
        field("times", "Times (empty: until removed)", { type: "number", min: 1, value: 1 }),
        field("skip", "After so many calls", { type: "number", min: 0, value: 0, required: true }),
      ),
      this.#problem,
      h("button", { class: "primary" }, "Add"),
    );
  }

  /** Let the reader choose from these kinds; what was chosen stays. */
  offer(kinds) {
    if (this.#kinds.length || !kinds.length) return;
    this.#kinds = kinds;
    for (const moment of new Set(kinds.map((kind) => kind.moment))) {
      const names = kinds.filter((kind) => kind.moment === moment).map((kind) => h("option", {}, kind.name));
      this.#kind.append(h("optgroup", { label: MOMENTS[moment] ?? moment }, names));
    }
    if (kinds.some((kind) => kind.name === "Reject")) this.#kind.value = "Reject";
    this.#ask();
  }

  #ask() {
    const kind = this.#kinds.find((each) => each.name === this.#kind.value);
    this.#parameters.replaceChildren(...kind.parameters.map(input));
  }

  /** Offer the routes of the calls that were made. */
  #suggest() {
    const routes = new Set(
      log.rows.filter((row) => row.kind === "http").map((row) => `${row.method} ${row.target.split("?")[0]}`),
    );
    this.#routes.replaceChildren(...[...routes].map((value) => h("option", { value })));
  }

  async #add(event) {
    event.preventDefault();
    try {
      const fault = await send("POST", "faults", this.#told());
      this.#problem.textContent = "";
      await refresh();
      announce(`Added ${fault.text}.`);
    } catch (error) {
      this.#problem.textContent = error.message;
    }
  }

  #told() {
    const kind = this.#kinds.find((each) => each.name === this.#kind.value);
    const { on, times, skip } = this.element.elements;
    return {
      kind: kind.name,
      arguments: this.#arguments(kind),
      on: on.value.trim() || null,
      times: times.value ? Number(times.value) : null,
      skip: Number(skip.value),
    };
  }

  /** What was typed, as values of the types that the server wants; what was left as it was, or emptied, is not sent. */
  #arguments(kind) {
    const typed = kind.parameters.map((each) => [each, this.element.elements[`parameter-${each.name}`].value]);
    const changed = typed.filter(([each, value]) => value !== shown(each) && (value || type(each) === "str"));
    return Object.fromEntries(changed.map(([each, value]) => [each.name, READERS[type(each)](value)]));
  }
}

function field(id, label, attributes) {
  return h("div", {}, h("label", { for: id }, label), h("input", { id, ...attributes }));
}

function input(parameter) {
  const number = READERS[type(parameter)] === Number;
  const kind = number ? { type: "number", step: type(parameter) === "int" ? 1 : "any" } : { spellcheck: "false" };
  const label = type(parameter) === "object" ? `${parameter.name}, as JSON` : parameter.name;
  return field(`parameter-${parameter.name}`, label, {
    ...kind,
    required: parameter.required,
    value: shown(parameter),
  });
}

/** The type in which a parameter is read, of those that it may have: "str" for "str | bytes | None". */
function type(parameter) {
  return parameter.type.split(" | ").find((name) => name in READERS);
}

/** What stands in the field of a parameter before anybody typed. */
function shown({ default: value }) {
  if (value === null || value === undefined) return "";
  return typeof value === "object" ? JSON.stringify(value) : String(value);
}
