/** Results of one side. */
export interface Reached {
  /** On the test, 0..1. */
  readonly accuracy: number;
  /** Choice by validation. */
  readonly recipe: string;
}

export interface Comparison {
  readonly seed: number;
  readonly random: Reached;
  readonly transfer: Reached;
}

export const percent = (value: number): string => `${(100 * value).toFixed(1)} %`;

/** Transfer against the same network from random weights, seed by seed, as a table of Markdown. */
export function comparisonTable(rows: readonly Comparison[]): string {
  const differences = rows.map(({ random, transfer }) => transfer.accuracy - random.accuracy);
  const cell = ({ accuracy, recipe }: Reached): string => `${percent(accuracy)} (${recipe})`;
  const points = (value: number): string => `${value >= 0 ? '+' : ''}${(100 * value).toFixed(1)}`;
  return [
    '| Seed | From random weights | Transfer | Points ahead |',
    '| ---- | ------------ | -------- | ------------ |',
    ...rows.map(
      ({ seed, random, transfer }, i) =>
        `| ${seed} | ${cell(random)} | ${cell(transfer)} | ${points(differences[i] as number)} |`,
    ),
    `| Mean ± deviation | ${summary(rows.map(({ random }) => random.accuracy))} ` +
      `| ${summary(rows.map(({ transfer }) => transfer.accuracy))} | ${summary(differences)} |`,
  ].join('\n');
}

const mean = (values: readonly number[]): number =>
  values.reduce((sum, value) => sum + value, 0) / values.length;

/** In percent. */
function summary(values: readonly number[]): string {
  const centre = mean(values);
  const squares = values.reduce((sum, value) => sum + (value - centre) ** 2, 0);
  const spread = Math.sqrt(squares / Math.max(1, values.length - 1));
  return `${(100 * centre).toFixed(1)} ± ${(100 * spread).toFixed(1)}`;
}
