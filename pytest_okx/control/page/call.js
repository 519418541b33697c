// One call in full: why it was refused, the checks in their order, what arrived, what was answered, how to repeat it.

import { get } from "./api.js";
import { announce, facts, h, replace } from "./dom.js";
import { timeOfDay } from "./format.js";
import { refused } from "./log.js";
import { aligned } from "./prehash.js";

const SIGNS = { passed: "✓", failed: "✕", "not reached": "–" };

/** Show a call by its number; says whether it got there before the reader went on. */
export async function call(side, number, signal) {
  let parts;
  try {
    parts = whole(await get(`calls/${encodeURIComponent(number)}`, signal));
  } catch (error) {
    parts = [h("h2", { tabindex: -1 }, `Call ${number}`), h("p", { class: "none" }, error.message)];
  }
  if (!signal.aborted) replace(side, h("a", { class: "close", href: "#/calls" }, "Close"), parts);
  return !signal.aborted;
}

function whole(detail) {
  return [
    h("h2", { tabindex: -1 }, h("span", { class: "method" }, detail.method), " ", h("code", {}, detail.target)),
    summary(detail),
    detail.diagnosis && diagnosis(detail.diagnosis),
    detail.checks?.length && checks(detail.checks),
    message(detail.sent ? "What was sent" : "What arrived", detail.headers, detail.body),
    detail.reply && answer(detail.reply),
    detail.curl && again(detail.curl),
  ];
}

function summary(detail) {
  const bad = refused(detail);
  return h(
    "div",
    { class: bad ? "outcome refused" : "outcome" },
    h("p", {}, h("span", { class: "sign", "aria-hidden": "true" }, bad ? "✕" : "✓"), " ", detail.verdict),
    facts([
      ["Call", detail.number],
      ["At", timeOfDay(detail.at)],
      ["Status", detail.status],
      ["Code", detail.code],
      ["User", detail.uid],
      ["Fault", detail.fault],
      ["Connection", detail.connId],
      ["Remark", detail.diagnosis ? null : detail.remark],
    ]),
  );
}

function diagnosis({ sentence, server, client, differsAt }) {
  return h(
    "section",
    { class: "card diagnosis" },
    h("h3", {}, server ? "Why the signature was refused" : "Why"),
    h("p", {}, sentence),
    client
      ? aligned(server, client, differsAt)
      : server && [h("p", {}, "What the exchange signs:"), h("pre", {}, server)],
  );
}

function checks(rows) {
  const items = rows.map(({ name, outcome, codes, detail }) =>
    h(
      "li",
      { class: outcome.replace(" ", "-") },
      h("span", { class: "sign", "aria-hidden": "true" }, SIGNS[outcome]),
      h(
        "span",
        {},
        name,
        h("span", { class: outcome === "failed" ? "outcome-word" : "unseen" }, ` ${outcome}`),
        h("span", { class: "muted" }, ` ${detail ?? codes.join(", ")}`),
      ),
    ),
  );
  return h("section", { class: "card" }, h("h3", {}, "Checks, in order"), h("ol", { class: "checks" }, items));
}

function message(title, headers, body) {
  return h(
    "section",
    { class: "card" },
    h("h3", {}, title),
    headers?.length ? facts(headers) : null,
    body ? h("pre", {}, body) : h("p", { class: "none" }, "No body."),
  );
}

/** A reply as it was made; it may have left late, or damaged. */
function answer({ headers, body, delivery }) {
  return message(delivery === "whole" ? "What was answered" : `What was answered, ${delivery}`, headers, body);
}

function again(command) {
  const text = h("pre", { id: "curl" }, command);
  const copy = h("button", { type: "button", onclick: () => copied(text) }, "Copy");
  return h("section", { class: "card" }, h("h3", {}, "The same call again"), copy, text);
}

/** To the clipboard; where the browser keeps it from pages without TLS, select it instead. */
async function copied(text) {
  try {
    await navigator.clipboard.writeText(text.textContent);
    announce("Copied.");
  } catch {
    getSelection().selectAllChildren(text);
    announce("Selected: copy it with the keyboard.");
  }
}
