/** Whether gains are at least as high in every objective, and higher in one. */
export const dominates = (a: readonly number[], b: readonly number[]): boolean =>
  a.every((value, i) => value >= (b[i] ?? -Infinity)) && a.some((value, i) => value > (b[i] ?? -Infinity));

/**
 * Sorts by domination: the first front is dominated by none, each further one by the fronts before it alone. Deb,
 * Pratap, Agarwal, Meyarivan: A Fast and Elitist Multiobjective Genetic Algorithm: NSGA-II, 2002, section III.A.
 *
 * @returns indices of the gains, ascending within a front
 */
export function frontsOf(gains: readonly (readonly number[])[]): readonly (readonly number[])[] {
  const dominated = gains.map((a) => gains.flatMap((b, i) => (dominates(a, b) ? [i] : [])));
  const above = gains.map(() => 0);
  for (const below of dominated) for (const i of below) above[i] = (above[i] ?? 0) + 1;
  const fronts: number[][] = [];
  let front = above.flatMap((count, i) => (count === 0 ? [i] : []));
  while (front.length > 0) {
    fronts.push(front);
    const next: number[] = [];
    for (const i of front.flatMap((one) => dominated[one] ?? [])) {
      above[i] = (above[i] ?? 0) - 1;
      if (above[i] === 0) next.push(i);
    }
    front = next.sort((a, b) => a - b);
  }
  return fronts;
}

/**
 * How far the neighbours of each are from each other, summed over the objectives, each in shares of its range;
 * Infinity for the first and the last of an objective. Deb et al. 2002, section III.B.
 */
export function crowdingOf(gains: readonly (readonly number[])[]): readonly number[] {
  const crowding = gains.map(() => 0);
  for (const objective of (gains[0] ?? []).keys()) {
    const valueOf = (index: number | undefined): number => gains[index ?? -1]?.[objective] ?? NaN;
    const order = [...gains.keys()].sort((a, b) => valueOf(a) - valueOf(b) || a - b);
    const range = valueOf(order.at(-1)) - valueOf(order[0]);
    for (const [place, index] of order.entries()) {
      const isEnd = place === 0 || place === order.length - 1;
      const width = valueOf(order[place + 1]) - valueOf(order[place - 1]);
      crowding[index] = (crowding[index] ?? 0) + (isEnd ? Infinity : range > 0 ? width / range : 0);
    }
  }
  return crowding;
}
