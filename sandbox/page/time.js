/** Says times the way people do. */

const CLOCK = new Intl.DateTimeFormat(undefined, { hour: "numeric", minute: "2-digit" });
const DAY = new Intl.DateTimeFormat(undefined, { weekday: "long", month: "long", day: "numeric" });
const FULL = new Intl.DateTimeFormat(undefined, { dateStyle: "full", timeStyle: "medium" });

/** Returns the moment of a Slack timestamp. */
export function momentOf(ts) {
  return new Date(Number(ts) * 1000);
}

/** Returns the time of day. */
export function timeOf(ts) {
  return CLOCK.format(momentOf(ts));
}

/** Returns date and time, in full. */
export function fullTimeOf(ts) {
  return FULL.format(momentOf(ts));
}

/** Returns the day: Today, Yesterday or its date. */
export function dayOf(ts) {
  const days = Math.round((startOfDay(new Date()) - startOfDay(momentOf(ts))) / 86_400_000);
  return ["Today", "Yesterday"][days] ?? DAY.format(momentOf(ts));
}

/** Returns day and time: "today at 2:31 PM". */
export function dayAndTimeOf(ts) {
  const day = dayOf(ts);
  return `${/^(Today|Yesterday)$/.test(day) ? day.toLowerCase() : day} at ${timeOf(ts)}`;
}

function startOfDay(moment) {
  return new Date(moment.getFullYear(), moment.getMonth(), moment.getDate());
}
