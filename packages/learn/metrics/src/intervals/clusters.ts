/** The group of each example, such as a speaker; null or undefined where it stands for itself. */
export type Groups = readonly (string | null | undefined)[];

/** Quantiles of Student's t of a two-sided 95 % interval, by degrees of freedom from 1. */
const T = [12.706, 4.303, 3.182, 2.776, 2.571, 2.447, 2.365, 2.306, 2.262, 2.228];

/** Standard normal quantile of a two-sided 95 % interval. */
const Z = 1.959963984540054;

/** Student's t by degrees of freedom, beyond the table by an expansion in 1 / df (Abramowitz & Stegun, 26.7.5). */
export const studentQuantile = (df: number): number =>
  T[df - 1] ?? Z + (Z ** 3 + Z) / (4 * df) + (5 * Z ** 5 + 16 * Z ** 3 + 3 * Z) / (96 * df ** 2);

/**
 * How many independent examples some grouped ones are worth: those of a speaker or a patient resemble each
 * other. The variance of the mean between groups, against that of independent examples, gives the effective
 * number, with Student's t for few groups (Korn & Graubard, Survey Methodology, 1998). Where all values are
 * the same nothing is known of the groups, and each counts once.
 *
 * @returns at least 1 and at most the number of values; that number itself without groups
 */
export function effectiveCount(values: readonly number[], groups?: Groups): number {
  const n = values.length;
  if (groups === undefined || groups.every((group) => group == null)) return n;
  const mean = values.reduce((sum, value) => sum + value, 0) / n;
  const totals = new Map<string, number>();
  values.forEach((value, i) => {
    const key = groups[i] == null ? `example ${i}` : `group ${groups[i]}`;
    totals.set(key, (totals.get(key) ?? 0) + value - mean);
  });
  const count = totals.size;
  if (count < 2) return 1;
  const between = [...totals.values()].reduce((sum, total) => sum + total ** 2, 0) * (count / (count - 1));
  const within = values.reduce((sum, value) => sum + (value - mean) ** 2, 0) * (n / (n - 1));
  if (within === 0) return count;
  const fewGroups = (studentQuantile(count - 1) / studentQuantile(n - 1)) ** 2;
  return Math.max(1, Math.min(n, (n * within) / Math.max(between, within) / fewGroups));
}
