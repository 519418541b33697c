// A view of many things of one kind: links to all of them, and the one that the address names, else the first.

import { h } from "./dom.js";
import { follow } from "./live.js";

/** `rows`, `key` and `label` say what there is in the reply to `path`, `show` fills a place with one of them. */
export function picker(main, signal, { title, path, rows, key, label, show }) {
  const links = h("ul");
  const place = h("div", { class: "picked" });
  const view = title.toLowerCase();
  let wanted = null,
    shown = null,
    left = null,
    first = null;

  function pick() {
    const chosen = wanted ?? first;
    for (const link of links.querySelectorAll("a")) {
      if (link.hash === `#/${view}/${chosen}`) link.setAttribute("aria-current", "true");
      else link.removeAttribute("aria-current");
    }
    if (chosen === null || chosen === shown) return;
    left?.abort();
    left = new AbortController();
    shown = chosen;
    place.replaceChildren();
    show(place, chosen, left.signal);
  }

  main.append(
    h("h1", {}, title),
    h("div", { class: "picker" }, h("nav", { "aria-label": `All ${view}` }, links), place),
  );
  signal.addEventListener("abort", () => left?.abort());
  follow(signal, path, links, (told) => {
    const all = rows(told);
    first = all.length ? key(all[0]) : null;
    queueMicrotask(pick);
    return all.map((row) => h("li", {}, h("a", { id: `pick-${key(row)}`, href: `#/${view}/${key(row)}` }, label(row))));
  });
  return (name) => {
    wanted = name;
    pick();
  };
}
