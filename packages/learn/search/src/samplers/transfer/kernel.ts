/** A configuration as the model sees it. */
export interface Point {
  readonly backbone: number;
  /** Place in [0, 1] on each axis; null where the dimension has no meaning. */
  readonly at: readonly (number | null)[];
  /** How far a trial may move from where it starts: the share of the network's work that is trained, in [0, 1]. */
  readonly reach: number;
  /** Which study it is of: 0 or absent for this one, from 1 for earlier ones. */
  readonly study?: number;
}

/** Whether neighbours on each axis resemble each other, as numbers do and names do not. */
export type Ordered = readonly boolean[];

/** How alike the gains of two configurations are. */
export interface Kernel {
  readonly ordered: Ordered;
  /** Of each axis: over which distance gains stay alike, or how alike they are under two names. */
  readonly lengths: readonly number[];
  /** How alike the gains of the same configuration are in two studies. */
  readonly related: number;
}

interface LengthOptions {
  readonly lengths: readonly number[];
  readonly usual: number;
  readonly logPrior: (length: number) => number;
}

/** Lengths of an axis of numbers: log-normal around six tenths of the axis. */
const NUMBERS: LengthOptions = {
  lengths: [0.15, 0.3, 0.6, 1.2, 3, 10],
  usual: 0.6,
  logPrior: (length) => -0.5 * (Math.log(length / 0.6) / 1.2) ** 2,
};

/** How alike names are. Most names change little. */
const NAMES: LengthOptions = {
  lengths: [0.5, 0.8, 0.95, 0.995],
  usual: 0.8,
  logPrior: (alike) => (alike < 0.6 ? -1 : 0),
};

export const optionsOf = (ordered: boolean): LengthOptions => (ordered ? NUMBERS : NAMES);

/** How alike the gains of two backbones over their probes are. */
const OTHER_BACKBONE = 0.5;

/** How alike the gains of two studies may be. */
export const RELATED: LengthOptions = {
  lengths: [0.5, 0.8, 0.95],
  usual: 0.8,
  logPrior: () => 0,
};

/** A dimension without a meaning is a point this far beside the middle of its axis. */
const ASIDE = 0.5;

/** Even a head alone moves a little from where it starts. */
const LEAST_REACH = 0.01;

/**
 * Covariance of the gains of two configurations, in units of their variance: Matérn of smoothness 5/2 along the
 * axes of numbers, a factor for each name that differs, and one for another study. A trial that trains next to nothing ends next to its
 * start, so that the deviation grows with the root of the share of the network that is trained.
 */
export function covarianceOf({ ordered, lengths, related }: Kernel, a: Point, b: Point): number {
  let [squares, factor] = [0, a.backbone === b.backbone ? 1 : OTHER_BACKBONE];
  if ((a.study ?? 0) !== (b.study ?? 0)) factor *= related;
  for (let i = 0; i < lengths.length; i++) {
    const [x, y, length] = [a.at[i] ?? null, b.at[i] ?? null, lengths[i] as number];
    if (x === y) continue;
    if (ordered[i] !== true) factor *= length;
    else if (x === null || y === null) squares += (((x ?? y ?? 0) - 0.5) ** 2 + ASIDE ** 2) / length ** 2;
    else squares += ((x - y) / length) ** 2;
  }
  const distance = Math.sqrt(5 * squares);
  const matern = (1 + distance + distance ** 2 / 3) * Math.exp(-distance);
  return Math.sqrt(reached(a) * reached(b)) * factor * matern;
}

const reached = ({ reach }: Point): number => Math.max(LEAST_REACH, reach);
