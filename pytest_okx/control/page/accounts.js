// The view of accounts: which there are, and of one its keys, balances, positions, live orders and last fills.

import { h, replace, table } from "./dom.js";
import { count, grouped, timeOfDay } from "./format.js";
import { follow } from "./live.js";
import { picker } from "./picker.js";

// The columns of each table: the heading, the field, and whether it is an amount.
const TABLES = [
  ["Balances", "balances", "This account is empty.", [
    ["Currency", "ccy"], ["Equity", "equity", true], ["Available", "available", true], ["Frozen", "frozen", true], ["in USD", "equityUsd", true]]],
  ["Positions", "positions", "No positions.", [
    ["Instrument", "instId"], ["Side", "posSide"], ["Mode", "mgnMode"], ["Size", "pos", true], ["Average price", "avgPx", true], ["Leverage", "lever", true], ["Realised", "realized", true]]],
  ["Live orders", "orders", "No live orders.", [
    ["Order", "ordId"], ["Instrument", "instId"], ["Side", "side"], ["Type", "ordType"], ["Price", "px", true], ["Size", "sz", true], ["Filled", "accFillSz", true], ["State", "state"]]],
  ["Last fills", "fills", "No fills.", [
    ["Trade", "tradeId"], ["Order", "ordId"], ["Instrument", "instId"], ["Side", "side"], ["Price", "fillPx", true], ["Size", "fillSz", true], ["Fee", "fee", true], ["in", "feeCcy"]]],
];

export function accounts(main, signal) {
  return picker(main, signal, {
    title: "Accounts",
    path: "accounts",
    rows: (told) => told.accounts,
    key: (account) => account.uid,
    label: (account) => [h("span", {}, account.uid), h("span", { class: "muted" }, `${account.level}, ${count(account.keys.length, "key")}`)],
    show: account,
  });
}

function account(place, uid, signal) {
  const tables = h("div", { class: "cards wide" });
  place.append(h("h2", {}, uid), tables);
  follow(signal, `accounts/${encodeURIComponent(uid)}`, tables, (told) =>
    TABLES.map(([caption, name, none, columns]) => table(caption, columns.map(column), told[name], none)));
}

function column([heading, field, amount]) {
  return [heading, (row) => (amount ? grouped(row[field]) : row[field]), amount && "amount"];
}
