// Deadlines on a day: the rule of the server (zymap.lateness), and how it is said.

import { t } from "./i18n.js";

/** @typedef {import("./types").Properties} Properties */

export const DUE_CLASSES = ["overdue", "soon", "later", "over", "undated"];
const ENDED = ["completion", "maintenance", "decommissioning", "decommissioned", "cancelled"];
const SOON_DAYS = 30;
const DAY_MS = 86_400_000;

/** Today's ISO date by Beijing time, the legal time of all of China. */
export function today() {
  return new Date(Date.now() + 8 * 3_600_000).toISOString().slice(0, 10);
}

/**
 * @param {string} from ISO date.
 * @param {string} to ISO date.
 */
export function daysBetween(from, to) {
  return Math.round((Date.parse(to) - Date.parse(from)) / DAY_MS);
}

/**
 * @param {string} date ISO date.
 * @param {number} days
 */
export function addDays(date, days) {
  return new Date(Date.parse(date) + days * DAY_MS).toISOString().slice(0, 10);
}

/**
 * How a work's deadline stands on a day; a deadline is kept until its day is over.
 * @param {Pick<Properties, "deadline" | "status">} properties
 * @param {string} asOf
 */
export function dueClass({ deadline, status }, asOf) {
  if (!deadline) return "undated";
  if (deadline < asOf) return ENDED.includes(status ?? "") ? "over" : "overdue";
  return deadline <= addDays(asOf, SOON_DAYS) ? "soon" : "later";
}

/**
 * The days left or over, in words; empty where no date is stated.
 * @param {Pick<Properties, "deadline" | "status">} properties
 * @param {string} asOf
 */
export function daysText(properties, asOf) {
  const { deadline } = properties;
  if (!deadline) return "";
  const days = daysBetween(asOf, deadline);
  if (days === 0) return t("due.today");
  if (days > 0) return t("due.left", { n: days });
  return t(dueClass(properties, asOf) === "overdue" ? "due.late" : "due.past", { n: -days });
}
