/** Remembers, in this browser, how far each person has read in each channel. */

/** Returns how far a person has read: timestamps by channel. */
export function marksOf(person) {
  return JSON.parse(localStorage.getItem(`read ${person}`) ?? "{}");
}

/** Notes that a person has read a channel up to a timestamp. */
export function markRead(person, channel, ts) {
  const marks = marksOf(person);
  if (!ts || ts <= (marks[channel] ?? "")) return;
  localStorage.setItem(`read ${person}`, JSON.stringify({ ...marks, [channel]: ts }));
}
