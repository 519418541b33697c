// The view of markets: which there are, and of one its price, its chart, its book and its trades.

import { chart } from "./chart.js";
import { h, replace, table } from "./dom.js";
import { grouped, timeOfDay } from "./format.js";
import { follow } from "./live.js";
import { picker } from "./picker.js";

export function markets(main, signal) {
  return picker(main, signal, {
    title: "Markets",
    path: "markets",
    rows: (told) => told.markets,
    key: (market) => market.instId,
    label: (market) => [h("span", {}, market.instId), h("span", { class: "muted" }, grouped(market.last))],
    show: market,
  });
}

function market(place, instId, signal) {
  const price = h("span", { class: "amount" });
  const drawing = h("div"),
    sides = h("div", { class: "cards" }),
    rows = h("div");
  place.append(
    h("h2", {}, instId, price),
    drawing,
    sides,
    h("details", { class: "card" }, h("summary", {}, "The candles as a table"), rows),
  );
  follow(signal, `markets/${encodeURIComponent(instId)}`, drawing, (told) => {
    price.textContent = grouped(told.ticker.last);
    replace(sides, book(told.book), trades(told.trades));
    replace(rows, candles(told.candles));
    return told.candles.length ? chart(instId, told.candles.toReversed()) : h("p", { class: "none" }, "No candle yet.");
  });
}

function candles(rows) {
  return table(
    "Candles of a minute",
    [
      ["At", (row) => timeOfDay(row.ts), "time"],
      ["Open", (row) => grouped(row.o), "amount"],
      ["High", (row) => grouped(row.h), "amount"],
      ["Low", (row) => grouped(row.l), "amount"],
      ["Close", (row) => grouped(row.c), "amount"],
      ["Volume", (row) => grouped(row.vol), "amount"],
    ],
    rows,
    "There are none.",
  );
}

/** Both sides of the book, the best price first, with a bar as long as the depth up to there. */
function book({ bids, asks }) {
  const deepest = Math.max(depth(bids).at(-1) ?? 0, depth(asks).at(-1) ?? 0) || 1;
  return h(
    "section",
    { class: "card book", "aria-label": "Book" },
    side("Bids", "bid", bids, deepest),
    side("Asks", "ask", asks, deepest),
  );
}

function side(caption, kind, levels, deepest) {
  const sums = depth(levels);
  const rows = levels.map(([price, size], index) => {
    const row = h(
      "tr",
      {},
      h("td", { class: "amount price" }, grouped(price)),
      h("td", { class: "amount" }, grouped(size)),
    );
    row.style.setProperty("--depth", `${((sums[index] / deepest) * 100).toFixed(1)}%`);
    return row;
  });
  return h(
    "table",
    { class: kind },
    h("caption", {}, caption),
    h(
      "thead",
      {},
      h(
        "tr",
        {},
        h("th", { scope: "col", class: "amount" }, "Price"),
        h("th", { scope: "col", class: "amount" }, "Size"),
      ),
    ),
    h("tbody", {}, rows),
  );
}

function depth(levels) {
  let sum = 0;
  return levels.map(([, size]) => (sum += Number(size)));
}

function trades(rows) {
  return table(
    "Trades",
    [
      ["At", (row) => timeOfDay(row.ts), "time"],
      ["Side", (row) => h("span", { class: row.side }, row.side)],
      ["Price", (row) => grouped(row.px), "amount"],
      ["Size", (row) => grouped(row.sz), "amount"],
    ],
    rows,
    "Nothing was traded yet.",
  );
}
