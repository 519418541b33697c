// The exchange's clock: what it shows, above every view; and the view that stops, moves and sets it.

import { get, send } from "./api.js";
import { announce, facts, h } from "./dom.js";
import { day, moment, offset } from "./format.js";
import { live, tell } from "./live.js";

const STEPS = [
  ["+1 s", 1],
  ["+30 s", 30],
  ["+1 min", 60],
  ["+1 h", 3600],
  ["+8 h", 28_800],
  ["+1 day", 86_400],
];

let state = null; // what the server said last
let since = 0; // when it said so, on this page's own clock

/** What the exchange's clock shows now, in Unix milliseconds. */
function now() {
  return state.nowMs + (state.frozen ? 0 : performance.now() - since);
}

function learn(told) {
  state = told;
  since = performance.now();
}

live.addEventListener("clock", ({ detail }) => learn(detail));
live.addEventListener("connected", () => {
  const before = state;
  get("clock").then(
    // What was told by itself meanwhile is newer.
    (told) => before === state && tell("clock", told),
    () => {},
  );
});

/** Keep the clock above all views right. */
export function showClock(place) {
  const time = place.querySelector("time"),
    note = place.querySelector("small");
  const show = () => {
    if (!state) return;
    const text = moment(now(), state.frozen);
    if (time.textContent !== text) time.textContent = text;
    note.textContent = state.frozen ? "frozen" : state.skew ? offset(state.skew) : "UTC";
    place.classList.toggle("frozen", state.frozen);
  };
  live.addEventListener("clock", show);
  setInterval(show, 200);
}

/** Ask for a change of the clock, and tell what it shows then. */
async function change(method, path, body, words) {
  const hint = document.getElementById("clock-hint");
  try {
    tell("clock", await send(method, path, body));
    hint.textContent = "";
    announce(`${words} The exchange's clock shows ${moment(state.nowMs)} UTC.`);
  } catch (error) {
    hint.textContent = error.message;
  }
}

export function clock(main, signal) {
  const face = h("p", { class: "face" });
  const date = h("p", { class: "muted" });
  const freeze = h("button", { type: "button", class: "primary", id: "freeze", onclick: toggle });
  const known = h("div");
  const forms = [advancing(), setting(), going()];

  function toggle() {
    if (state.frozen) change("POST", "clock/resume", {}, "It runs.");
    else change("POST", "clock/freeze", {}, "It is frozen.");
  }

  function show() {
    if (!state) return;
    face.textContent = moment(now(), state.frozen).slice(11);
    date.textContent = `${day(now())}, UTC`;
  }

  function learned() {
    if (!state) return;
    show();
    face.classList.toggle("frozen", state.frozen);
    freeze.textContent = state.frozen ? "Resume" : "Freeze";
    const rows = [
      ["State", state.frozen ? "frozen" : "running"],
      ["Ahead by", offset(state.skew)],
      ["Drift", `${state.driftPpm} ppm`],
    ];
    known.replaceChildren(facts(rows));
    forms.forEach(suggest);
  }

  main.append(
    h("h1", {}, "Clock"),
    h("section", { class: "card hero", "aria-label": "What it shows" }, h("div", {}, face, date), known, freeze),
    h("p", { id: "clock-hint", class: "problem", role: "alert" }),
    h("div", { class: "cards" }, forms),
    h(
      "p",
      { class: "hint" },
      "This moves the exchange alone. A client with a clock of its own is then behind, and refused with 50102 " +
        "when it is more than 30 s behind.",
    ),
  );
  learned();
  live.addEventListener("clock", learned, { signal });
  const ticking = setInterval(show, 200);
  signal.addEventListener("abort", () => clearInterval(ticking));
}

function advancing() {
  const go = (seconds) => change("POST", "clock/advance", { seconds }, `Advanced by ${seconds} s.`);
  const steps = STEPS.map(([name, seconds]) => h("button", { type: "button", onclick: () => go(seconds) }, name));
  return form(
    "Advance",
    ({ seconds }) => go(Number(seconds.value)),
    "Advance",
    h("div", { class: "buttons" }, steps),
    field("seconds", "By seconds", { type: "number", step: "any" }),
  );
}

function setting() {
  return form(
    "Set",
    ({ at }) => change("POST", "clock/set", { at: at.value.trim() }, "It was set."),
    "Set",
    field("at", "To, in UTC", { placeholder: "2026-01-01T00:00:00.000Z", spellcheck: "false", autocomplete: "off" }),
  );
}

function going() {
  const apply = ({ skew, drift }) =>
    change("PATCH", "clock", { skew: Number(skew.value), driftPpm: Number(drift.value) }, "It was changed.");
  return form(
    "Skew and drift",
    apply,
    "Change",
    field("skew", "Seconds ahead of the server's own clock", { type: "number", step: "any" }),
    field("drift", "Drift, in millionths (ppm)", { type: "number", step: "any" }),
  );
}

/** Fill a form with what is so now, unless somebody is writing there. */
function suggest(element) {
  if (element.contains(document.activeElement)) return;
  const { at, skew, drift } = element.elements;
  if (at) at.value = new Date(now()).toISOString();
  if (skew) [skew.value, drift.value] = [state.skew, state.driftPpm];
}

function form(title, apply, button, ...fields) {
  const submit = (event) => {
    event.preventDefault();
    apply(event.target.elements);
  };
  return h(
    "form",
    { class: "card", "aria-label": title, onsubmit: submit },
    h("h2", {}, title),
    fields,
    h("button", {}, button),
  );
}

function field(id, label, attributes) {
  return [h("label", { for: id }, label), h("input", { id, required: true, ...attributes })];
}
