// The calls that the server has logged, oldest first, as this page knows them; and which of them are wanted.

import { get } from "./api.js";
import { live } from "./live.js";

const KEPT = 10_000;
const PAGE = 1000;

export const log = Object.assign(new EventTarget(), { rows: [], refused: 0 });

let last = 0; // the number of the newest call that is known
let behind = false;
let reading = null;

/** Ask for what is not known yet, page by page; however often it is called, it asks one page at a time. */
function catchUp() {
  behind = true;
  reading ??= readAll()
    .catch(() => {})
    .finally(() => (reading = null));
}

async function readAll() {
  while (behind) {
    behind = false;
    const page = await get(`calls?since=${last}&limit=${PAGE}`);
    page.calls.forEach(add);
    behind ||= page.calls.length === PAGE;
    changed();
  }
}

/** Begin anew: what answers when the server is back is likely another one. */
function forget() {
  last = 0;
  log.rows.length = 0;
  log.refused = 0;
  changed();
}

function add(row) {
  if (row.number <= last) return;
  last = row.number;
  log.rows.push(row);
  log.refused += refused(row);
  if (log.rows.length > KEPT) log.refused -= refused(log.rows.shift());
}

function changed() {
  log.dispatchEvent(new Event("changed"));
}

/** Whether OKX's answer was a refusal; a WebSocket that was opened (101) was none. */
export function refused(row) {
  return row.verdict !== "accepted" && row.status !== 101;
}

/** Whether a row is one that `wanted` asks for: {text, verdict, kind}, each empty where anything will do. */
export function matches(row, wanted) {
  if (wanted.verdict && (wanted.verdict === "refused") !== refused(row)) return false;
  if (wanted.kind && wanted.kind !== row.kind) return false;
  if (!wanted.text) return true;
  return `${row.number} ${row.method} ${row.target} ${row.status} ${row.verdict} ${row.fault}`
    .toLowerCase()
    .includes(wanted.text);
}

live.addEventListener("call", ({ detail: { call } }) => {
  if (reading || call.number > last + 1) return catchUp();
  add(call);
  changed();
});
live.addEventListener("gone", forget);
live.addEventListener("connected", catchUp);
