/**
 * Depths worth trying: all stages frozen, then one, two, four, ... trained, and at last all. The upper
 * stages are where depths differ most (Yosinski et al., 2014).
 *
 * @param possible ascending
 */
export function worthTrying(possible: readonly number[]): number[] {
  const [lowest = 0, deepest = lowest] = [possible[0], possible.at(-1)];
  const depths = new Set([deepest, lowest]);
  for (let trained = 1; deepest - trained > lowest; trained *= 2) depths.add(deepest - trained);
  return [...depths].sort((a, b) => a - b);
}
