// The page's frame: which view is shown, as the address says after its "#", and what stands above all of them.

import { accounts } from "./accounts.js";
import { audit } from "./audit.js";
import { calls } from "./calls.js";
import { clock, showClock } from "./clock.js";
import { announce } from "./dom.js";
import { faults, countFaults } from "./faults.js";
import { grouped } from "./format.js";
import { listen, live } from "./live.js";
import { log } from "./log.js";
import { markets } from "./markets.js";
import { sessions } from "./sessions.js";

/** A view fills the main part, and returns what to do with the rest of the address each time that it changes. */
const VIEWS = { calls, clock, faults, accounts, markets, audit, sessions };
const FIRST = "calls";

const main = document.getElementById("main");
let shown = null;

function route() {
  const [, name = FIRST, argument = ""] = location.hash.match(/^#\/(\w+)\/?(.*)$/) ?? [];
  const view = Object.hasOwn(VIEWS, name) ? name : FIRST;
  if (shown?.view !== view) enter(view);
  shown.show?.(argument || null);
}

function enter(view) {
  const moved = shown !== null;
  shown?.left.abort();
  const left = new AbortController();
  main.replaceChildren();
  main.dataset.view = view;
  shown = { view, left, show: VIEWS[view](main, left.signal) };
  for (const link of document.querySelectorAll("#views a")) {
    if (link.hash === `#/${view}`) {
      link.setAttribute("aria-current", "page");
      link.scrollIntoView({ block: "nearest", inline: "nearest" });
    } else link.removeAttribute("aria-current");
  }
  document.title = `${main.querySelector("h1").textContent} · pytest-okx inspector`;
  if (moved) main.focus();
}

function connection(state, text) {
  const place = document.getElementById("connection");
  if (place.dataset.state === state) return;
  if (state === "gone" || place.dataset.state === "gone") announce(text);
  place.dataset.state = state;
  place.textContent = text;
}

live.addEventListener("connected", () => connection("live", "Live"));
live.addEventListener("gone", () => connection("gone", "The server is gone, trying again"));
log.addEventListener("changed", () => {
  document.querySelector("[data-count=calls]").textContent = grouped(log.rows.length);
});
document.querySelector(".skip").addEventListener("click", (event) => {
  event.preventDefault();
  main.focus();
});
addEventListener("hashchange", route);
showClock(document.getElementById("clock"));
countFaults(document.querySelector("[data-count=faults]"));
route();
listen();
