import { splitNames, type SplitName } from '../dataset.js';
import type { Unit } from './units.js';

interface Progress {
  /** Examples wanted and examples given, by split and label. */
  readonly wanted: Readonly<Record<SplitName, Map<number, number>>>;
  readonly given: Readonly<Record<SplitName, Map<number, number>>>;
  /** Units not yet assigned that hold a label. */
  readonly unitsLeft: Map<number, number>;
}

export interface Wanted {
  readonly shares: Readonly<Record<SplitName, number>>;
  /** Examples that are in a split already, which count towards its shares. */
  readonly kept: Readonly<Record<SplitName, readonly number[]>>;
}

type Given = Readonly<Record<SplitName, Map<number, number>>>;

const countsIn = (kept: Wanted['kept'], examples: readonly { readonly label: number }[]): Given => ({
  train: countsOf(kept.train, examples),
  validation: countsOf(kept.validation, examples),
  test: countsOf(kept.test, examples),
});

/**
 * Spreads units over the open splits so that each stratum comes near its shares: largest unit
 * first, each to where it lessens the relative squared distance most. Units of one example meet
 * the shares exactly. A stratum's last units go to the splits that have none of it yet.
 */
export function assignUnits(
  units: readonly Unit[],
  examples: readonly { readonly label: number }[],
  open: readonly SplitName[],
  { shares, kept }: Wanted,
): Record<SplitName, number[]> {
  const assigned: Record<SplitName, number[]> = { train: [], validation: [], test: [] };
  const labelled = units.map((unit) => ({ unit, counts: countsOf(unit, examples) }));
  const progress = startProgress(labelled, open, shares, countsIn(kept, examples));
  for (const { unit, counts } of labelled.sort((a, b) => b.unit.length - a.unit.length)) {
    const best = bestSplit(counts, open, progress);
    assigned[best].push(...unit);
    for (const [label, count] of counts) {
      add(progress.given[best], label, count);
      add(progress.unitsLeft, label, -1);
    }
  }
  return assigned;
}

function countsOf(unit: Unit, examples: readonly { readonly label: number }[]): Map<number, number> {
  const counts = new Map<number, number>();
  for (const index of unit) add(counts, examples[index]?.label ?? 0, 1);
  return counts;
}

function startProgress(
  labelled: readonly { readonly counts: ReadonlyMap<number, number> }[],
  open: readonly SplitName[],
  shares: Readonly<Record<SplitName, number>>,
  given: Given,
): Progress {
  const totals = new Map<number, number>();
  const unitsLeft = new Map<number, number>();
  for (const { counts } of labelled) {
    for (const [label, count] of counts) {
      add(totals, label, count);
      add(unitsLeft, label, 1);
    }
  }
  for (const name of open) for (const [label, count] of given[name]) add(totals, label, count);
  const wanted = { train: new Map(), validation: new Map(), test: new Map() };
  // Not a sum of the open shares: 0.7 + 0.2 + 0.1 is not 1.
  const all = splitNames.reduce((rest, name) => (open.includes(name) ? rest : rest - shares[name]), 1);
  for (const [label, total] of totals) {
    let left = total;
    for (const name of open.filter((candidate) => candidate !== 'train')) {
      const share = Math.max(1, Math.round((total * shares[name]) / all));
      wanted[name].set(label, share);
      left -= share;
    }
    wanted.train.set(label, Math.max(1, left));
  }
  return { wanted, given, unitsLeft };
}

function bestSplit(
  counts: ReadonlyMap<number, number>,
  open: readonly SplitName[],
  progress: Progress,
): SplitName {
  let best: { name: SplitName; urgent: number; cost: number } | undefined;
  for (const name of open) {
    const candidate = {
      name,
      urgent: urgency(counts, name, open, progress),
      cost: costOf(counts, name, progress),
    };
    const better =
      best === undefined ||
      candidate.urgent > best.urgent ||
      (candidate.urgent === best.urgent && candidate.cost < best.cost);
    if (better) best = candidate;
  }
  return best?.name ?? 'train';
}

/** Labels this split still lacks and of which no unit can be spared for a split that has some. */
function urgency(
  counts: ReadonlyMap<number, number>,
  name: SplitName,
  open: readonly SplitName[],
  { given, unitsLeft }: Progress,
): number {
  return [...counts.keys()].filter((label) => {
    const lacking = open.filter((split) => !given[split].has(label));
    return lacking.includes(name) && (unitsLeft.get(label) ?? 0) <= lacking.length;
  }).length;
}

function costOf(counts: ReadonlyMap<number, number>, name: SplitName, { wanted, given }: Progress): number {
  let cost = 0;
  for (const [label, count] of counts) {
    const target = wanted[name].get(label) ?? 0;
    const missing = target - (given[name].get(label) ?? 0);
    cost += ((missing - count) ** 2 - missing ** 2) / Math.max(1, target);
  }
  return cost;
}

function add(counts: Map<number, number>, key: number, amount: number): void {
  counts.set(key, (counts.get(key) ?? 0) + amount);
}
