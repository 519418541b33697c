// How times, numbers and verdicts look. Money is text from end to end: it is grouped, never calculated with.

const DAY = { timeZone: "UTC", dateStyle: "medium" };

/** "2026-01-01 00:00:02", with ".345" if wanted. */
export function moment(ms, exactly = false) {
  return new Date(ms)
    .toISOString()
    .replace("T", " ")
    .slice(0, exactly ? 23 : 19);
}

/** The time of day of an ISO 8601 text, to the millisecond. */
export function timeOfDay(iso) {
  return iso.slice(11, 23);
}

export function day(ms) {
  return new Date(ms).toLocaleDateString("en-GB", DAY);
}

/** "1234567.50" as "1,234,567.50". */
export function grouped(text) {
  const [whole, fraction] = String(text ?? "").split(".");
  const parted = whole.replace(/\B(?=(\d{3})+$)/g, ",");
  return fraction === undefined ? parted : `${parted}.${fraction}`;
}

export function count(number, one, many = `${one}s`) {
  return `${grouped(number)} ${number === 1 ? one : many}`;
}

/** Seconds with their sign, as an offset: "+2 s". */
export function offset(seconds) {
  return `${seconds < 0 ? "−" : "+"}${Math.round(Math.abs(seconds) * 1000) / 1000} s`;
}
