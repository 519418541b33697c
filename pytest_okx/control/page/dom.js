// Elements made of plain values. Text only ever becomes text: nothing here, or anywhere on this page, parses markup.

const SVG = "http://www.w3.org/2000/svg";

/** An element; attributes that are null or false are left out, those named `on...` are listeners. */
export function h(name, attributes = {}, ...children) {
  return fill(document.createElement(name), attributes, children);
}

/** The same in SVG. */
export function svg(name, attributes = {}, ...children) {
  return fill(document.createElementNS(SVG, name), attributes, children);
}

function fill(element, attributes, children) {
  for (const [key, value] of Object.entries(attributes)) {
    if (value === null || value === undefined || value === false) continue;
    if (key.startsWith("on")) element.addEventListener(key.slice(2), value);
    else element.setAttribute(key, value === true ? "" : value);
  }
  element.append(
    ...children.flat(Infinity).filter((child) => child !== null && child !== undefined && child !== false),
  );
  return element;
}

/** Put other children into an element; what had the focus, by its id, keeps it. */
export function replace(element, ...children) {
  const active = document.activeElement;
  const held = active?.id && element.contains(active) ? active.id : null;
  element.replaceChildren(...children.flat(Infinity).filter(Boolean));
  if (held) document.getElementById(held)?.focus({ preventScroll: true });
}

/** A table that scrolls by itself where it is too wide; a column is [heading, cell of a row, class]. */
export function table(caption, columns, rows, none) {
  if (!rows.length) return h("div", { class: "card" }, h("h3", {}, caption), h("p", { class: "none" }, none));
  const head = columns.map(([heading, , kind]) => h("th", { scope: "col", class: kind }, heading));
  const body = rows.map((row) =>
    h(
      "tr",
      {},
      columns.map(([, cell, kind]) => h("td", { class: kind }, cell(row))),
    ),
  );
  return h(
    "div",
    { class: "card scroll", tabindex: 0, role: "region", "aria-label": caption },
    h("table", {}, h("caption", {}, caption), h("thead", {}, h("tr", {}, head)), h("tbody", {}, body)),
  );
}

/** Terms and what they are, without those of which nothing is known. */
export function facts(pairs) {
  const known = pairs.filter(([, value]) => value !== null && value !== undefined && value !== "");
  return h(
    "dl",
    { class: "facts" },
    known.map(([name, value]) => h("div", {}, h("dt", {}, name), h("dd", {}, value))),
  );
}

/** Say something to who cannot see it, once. */
export function announce(text) {
  document.getElementById("status").textContent = text;
}
