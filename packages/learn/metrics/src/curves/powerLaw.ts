/** The error of a classifier that has learnt from so many examples. */
export interface CurvePoint {
  readonly examples: number;
  /** 0 is best: one minus a share, or a loss. */
  readonly error: number;
  /** Standard error of it. */
  readonly deviation: number;
}

/** What more examples are expected to take off the error. */
export interface ExpectedGain {
  readonly examples: number;
  readonly gain: number;
  /** Bounds of a 95 % interval. */
  readonly low: number;
  readonly high: number;
}

interface Law {
  readonly scale: number;
  readonly exponent: number;
  /** Squared deviations of the points from it, in standard errors. */
  readonly misfit: number;
}

const EXPONENTS = Array.from({ length: 20 }, (_, i) => 0.05 * 1.2 ** i);
const LIMITS = 16;
/** Steps of the scale about its best value, in standard errors. */
const STEPS = [-2, -1.5, -1, -0.5, 0, 0.5, 1, 1.5, 2] as const;
/** A measurement of nothing wrong is not exact: it is as uncertain as one of half an example. */
const LEAST_DEVIATION = 1e-4;

/** Twice the log-likelihood that a law may lose beside the best: the 95 % quantile of chi-squared. */
const CHI_SQUARED_95 = 3.841458820694124;

/**
 * Expects what more examples gain, by power laws `limit + scale * examples ^ -exponent` (Hestness et al., 2017,
 * arXiv:1712.00409) through the errors at several sizes. The gain is that of the law that fits best; its interval
 * holds those of all laws that do not fit clearly worse (profile likelihood), so that it tells what the points
 * leave open, such as whether the error has a limit above 0.
 *
 * @param points at two sizes at least
 * @param from the size that the gain is counted from
 */
export function expectedGain(points: readonly CurvePoint[], from: number, to: number): ExpectedGain {
  const laws = lawsThrough(points);
  const least = laws.reduce((a, b) => (b.misfit < a.misfit ? b : a));
  const gainOf = ({ scale, exponent }: Law): number => scale * (from ** -exponent - to ** -exponent);
  const gains = laws.filter(({ misfit }) => misfit <= least.misfit + CHI_SQUARED_95).map(gainOf);
  return { examples: to, gain: gainOf(least), low: Math.min(...gains), high: Math.max(...gains) };
}

/** Laws of a grid. */
function lawsThrough(points: readonly CurvePoint[]): Law[] {
  const largest = Math.max(...points.map(({ examples }) => examples));
  const most = Math.min(...points.map(({ error }) => error));
  return EXPONENTS.flatMap((exponent) =>
    Array.from({ length: LIMITS }, (_, i) =>
      lawsOf(points, exponent, (most * i) / (LIMITS - 1), largest),
    ).flat(),
  );
}

/** Laws of one exponent and limit about the scale that fits best. */
function lawsOf(points: readonly CurvePoint[], exponent: number, limit: number, largest: number): Law[] {
  // Sizes relative to the largest keep the numbers near 1.
  const rows = points.map(({ examples, error, deviation }) => ({
    x: (examples / largest) ** -exponent,
    y: error - limit,
    precision: Math.max(deviation, LEAST_DEVIATION) ** -2,
  }));
  const squares = rows.reduce((sum, { x, precision }) => sum + precision * x * x, 0);
  const best = rows.reduce((sum, { x, y, precision }) => sum + precision * x * y, 0) / squares;
  const spread = 1 / Math.sqrt(squares);
  return STEPS.flatMap((step): Law[] => {
    const relative = best + step * spread;
    if (relative < 0) return [];
    const misfit = rows.reduce((sum, { x, y, precision }) => sum + precision * (y - relative * x) ** 2, 0);
    return [{ scale: relative * largest ** exponent, exponent, misfit }];
  });
}
