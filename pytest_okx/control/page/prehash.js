// Two messages above each other, cut into lines of the same length, with the first character that differs marked.

import { h, replace } from "./dom.js";

const FEWEST = 12;
const LABEL = 10; // characters, as in style.css
const NAMES = { " ": "a space", '"': "a quotation mark", undefined: "the end" };

/** What the exchange signs and what the client signed; `at` is the first index where they differ, or null. */
export function aligned(exchange, client, at) {
  const texts = [
    ["exchange", Array.from(exchange)],
    ["client", Array.from(client)],
  ];
  const lines = h("div", { class: "lines", "aria-hidden": "true" });
  const ruler = h("span", { class: "ruler", "aria-hidden": "true" }, "0".repeat(FEWEST));
  new ResizeObserver(() => draw(lines, texts, at, ruler)).observe(lines);
  const spoken = texts.map(([who, text]) => h("p", { class: "unseen" }, `The message of the ${who}: ${text.join("")}`));
  const ground = h("div", { class: "ground" }, lines);
  return h("div", { class: "aligned" }, h("p", { id: "difference" }, sentence(texts, at)), spoken, ruler, ground);
}

function sentence([[, exchange], [, client]], at) {
  if (at === null) return "Both messages are the same.";
  const same = at === 0 ? "They differ from the first character:" : `The first ${at} characters are the same, then`;
  return `${same} the exchange has ${named(exchange[at])}, the client ${named(client[at])}.`;
}

function named(character) {
  return NAMES[character] ?? `“${character}”`;
}

function draw(lines, texts, at, ruler) {
  const width = ruler.getBoundingClientRect().width / FEWEST;
  const long = Math.max(FEWEST, Math.floor(lines.clientWidth / width) - LABEL);
  const most = Math.max(...texts.map(([, text]) => text.length), (at ?? 0) + 1);
  const parts = [];
  for (let start = 0; start < most; start += long) {
    parts.push(
      h(
        "div",
        { class: "pair" },
        texts.map(([who, text]) => line(who, text, start, start + long, at)),
      ),
    );
  }
  replace(lines, parts);
}

function line(who, text, start, end, at) {
  const here = at !== null && at >= start && at < end;
  const shown = here
    ? [text.slice(start, at).join(""), h("mark", {}, text[at] ?? "∅"), text.slice(at + 1, end).join("")]
    : [text.slice(start, end).join("")];
  return h("div", { class: who }, h("span", { class: "who" }, who), h("code", {}, shown));
}
