// What the works are due by: dates for the line of time, and words that name no date.

/** @typedef {import("./types").Deadlines} Deadlines */
/** @typedef {import("./types").Work} Work */
/** @typedef {{date: string, words: string, count: number, month: boolean}} Mark `month`: of all that is due in its month. */

// More dates than this would be written over each other.
const DATES_MAXIMUM = 12;

/**
 * @param {Work[]} works
 * @returns {Deadlines} The dates in order, with the report's words for them; the words, the most frequent first.
 */
export function deadlinesOf(works) {
  const dated = new Map();
  const worded = new Map();
  for (const { properties } of works) {
    const { deadline, deadline_text: text } = properties;
    if (deadline) {
      const held = dated.get(deadline) ?? { deadline, deadline_text: text ?? null, count: 0 };
      dated.set(deadline, { ...held, count: held.count + 1 });
    } else if (text) worded.set(text, (worded.get(text) ?? 0) + 1);
  }
  return {
    dated: [...dated.values()].sort((one, other) => (one.deadline < other.deadline ? -1 : 1)),
    worded: [...worded].map(([text, count]) => ({ deadline_text: text, count })).sort((one, other) => other.count - one.count),
  };
}

/**
 * One mark a date; where there are too many, one a month, at its last date. Years but the one on the
 * line have no months there: all before it are one mark, and all after it.
 * @param {Deadlines["dated"]} dated In order.
 * @param {number} year
 * @returns {Mark[]}
 */
export function marksOf(dated, year) {
  const each = dated.map(({ deadline, deadline_text, count }) => ({ date: deadline, words: deadline_text ?? "", count, month: false }));
  if (each.length <= DATES_MAXIMUM) return each;
  /** @type {Map<string, Mark>} */
  const months = new Map();
  for (const { date, count } of each) {
    const own = Number(date.slice(0, 4));
    const key = own === year ? date.slice(0, 7) : own < year ? "before" : "after";
    months.set(key, { date, words: "", count: (months.get(key)?.count ?? 0) + count, month: own === year });
  }
  return [...months.values()];
}
