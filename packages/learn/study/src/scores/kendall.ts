/**
 * How far two lists order the same things alike, from -1 to 1: Kendall's rank correlation, corrected for ties (tau-b;
 * Kendall, 1945). Null where one of them is all ties.
 */
export function kendall(a: readonly number[], b: readonly number[]): number | null {
  let [agreement, inA, inB] = [0, 0, 0];
  for (let i = 0; i < a.length; i++) {
    for (let j = 0; j < i; j++) {
      const one = Math.sign((a[i] as number) - (a[j] as number));
      const other = Math.sign((b[i] as number) - (b[j] as number));
      agreement += one * other;
      inA += Math.abs(one);
      inB += Math.abs(other);
    }
  }
  return inA === 0 || inB === 0 ? null : agreement / Math.sqrt(inA * inB);
}
