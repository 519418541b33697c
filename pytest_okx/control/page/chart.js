// Candles as a picture, with its meaning in words and as a table for who does not see it.

import { h, svg } from "./dom.js";
import { grouped } from "./format.js";

const HEIGHT = 220,
  RIGHT = 78,
  BOTTOM = 22,
  TOP = 8;

/** A chart of candles, the oldest first: {ts, o, h, l, c}, prices as text. */
export function chart(name, candles) {
  const picture = h("div", { class: "picture" });
  const draw = () => picture.clientWidth && picture.replaceChildren(drawn(name, candles, picture.clientWidth));
  new ResizeObserver(draw).observe(picture);
  return h("figure", { class: "chart" }, picture);
}

/** The chart in one sentence. */
function summary(name, candles) {
  const prices = (kind) => candles.map((candle) => Number(candle[kind]));
  const highest = candles[prices("h").indexOf(Math.max(...prices("h")))].h;
  const lowest = candles[prices("l").indexOf(Math.min(...prices("l")))].l;
  const from = candles[0].o,
    to = candles.at(-1).c;
  const change = ((Number(to) / Number(from) - 1) * 100).toFixed(2);
  return (
    `${name} in ${candles.length} candles of a minute: from ${grouped(from)} to ${grouped(to)} (${change} %), ` +
    `highest ${grouped(highest)}, lowest ${grouped(lowest)}.`
  );
}

function drawn(name, candles, width) {
  const highs = candles.map((each) => Number(each.h)),
    lows = candles.map((each) => Number(each.l));
  const top = Math.max(...highs),
    bottom = Math.min(...lows),
    spread = top - bottom || top / 100 || 1;
  const y = (price) => TOP + ((top - price) / spread) * (HEIGHT - TOP - BOTTOM);
  const step = (width - RIGHT) / candles.length;
  return svg(
    "svg",
    { role: "img", "aria-label": summary(name, candles), viewBox: `0 0 ${width} ${HEIGHT}`, width, height: HEIGHT },
    grid(candles, bottom, spread, y, width),
    candles.map((candle, index) => bar(candle, index * step, step, y)),
    hours(candles, step),
  );
}

/** Four prices, as many decimals to each as the instrument has, and the line that belongs to it. */
function grid(candles, bottom, spread, y, width) {
  const decimals = candles.at(-1).c.split(".")[1]?.length ?? 0;
  return [0, 1, 2, 3].map((part) => {
    const price = bottom + (spread * part) / 3;
    return svg(
      "g",
      { class: "grid" },
      svg("line", { x1: 0, x2: width - RIGHT + 4, y1: y(price), y2: y(price) }),
      svg("text", { x: width - RIGHT + 10, y: y(price) + 4 }, grouped(price.toFixed(decimals))),
    );
  });
}

function bar({ o, h: high, l: low, c }, left, step, y) {
  const from = Number(o),
    to = Number(c);
  const middle = left + step / 2,
    thick = Math.max(1, step * 0.64);
  return svg(
    "g",
    { class: to < from ? "down" : "up" },
    svg("line", { x1: middle, x2: middle, y1: y(Number(high)), y2: y(Number(low)) }),
    svg("rect", {
      x: middle - thick / 2,
      width: thick,
      y: y(Math.max(from, to)),
      height: Math.max(1, Math.abs(y(from) - y(to))),
    }),
  );
}

function hours(candles, step) {
  const every = Math.ceil(64 / step / 5) * 5;
  return candles.map(
    (candle, index) =>
      index % every === 0 && svg("text", { class: "hour", x: index * step, y: HEIGHT - 4 }, candle.ts.slice(11, 16)),
  );
}
