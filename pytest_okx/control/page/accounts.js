// The view of accounts: which there are, and of one its balances, positions, live orders and last fills.

import { h, table } from "./dom.js";
import { count, grouped, timeOfDay } from "./format.js";
import { follow } from "./live.js";
import { picker } from "./picker.js";

const text = (heading, name) => [heading, (row) => row[name]];
const amount = (heading, name) => [heading, (row) => grouped(row[name]), "amount"];
const time = (heading, name) => [heading, (row) => timeOfDay(row[name]), "time"];

// The tables of an account: the caption, the member, its columns, and what to say where it is empty.
const TABLES = [
  [
    "Balances",
    "balances",
    [
      text("Currency", "ccy"),
      amount("Equity", "equity"),
      amount("Available", "available"),
      amount("Frozen", "frozen"),
      amount("In USD", "equityUsd"),
    ],
    "This account is empty.",
  ],
  [
    "Positions",
    "positions",
    [
      text("Instrument", "instId"),
      text("Side", "posSide"),
      text("Mode", "mgnMode"),
      amount("Size", "pos"),
      amount("Average price", "avgPx"),
      amount("Leverage", "lever"),
      amount("Realised", "realized"),
    ],
    "No positions.",
  ],
  [
    "Live orders",
    "orders",
    [
      time("At", "cTime"),
      text("Order", "ordId"),
      text("Instrument", "instId"),
      text("Side", "side"),
      text("Type", "ordType"),
      amount("Price", "px"),
      amount("Size", "sz"),
      amount("Filled", "accFillSz"),
    ],
    "No live orders.",
  ],
  [
    "Last fills",
    "fills",
    [
      time("At", "ts"),
      text("Order", "ordId"),
      text("Instrument", "instId"),
      text("Side", "side"),
      amount("Price", "fillPx"),
      amount("Size", "fillSz"),
      amount("Fee", "fee"),
      text("In", "feeCcy"),
    ],
    "No fills.",
  ],
];

export function accounts(main, signal) {
  return picker(main, signal, {
    title: "Accounts",
    path: "accounts",
    rows: (told) => told.accounts,
    key: (account) => account.uid,
    label: ({ uid, level, keys }) => [
      h("span", {}, uid),
      h("span", { class: "muted" }, `${level}, ${count(keys.length, "key")}`),
    ],
    show: account,
  });
}

function account(place, uid, signal) {
  const tables = h("div", { class: "cards wide" });
  place.append(h("h2", {}, uid), tables);
  follow(signal, `accounts/${encodeURIComponent(uid)}`, tables, (told) =>
    TABLES.map(([caption, name, columns, none]) => table(caption, columns, told[name], none)),
  );
}
