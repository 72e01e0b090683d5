import { unitsOf } from '@espalier/data';
import { labelledFeatures, scores, type LabelledFeatures, type Matrix, type Score } from '@espalier/probes';
import type { ProbeScores } from '@espalier/study';
import type { PreparedBackbone } from '../backbone/backbone.js';
import type { Judging } from './judging.js';
import type { NetworkBlock } from './plan.js';
import { openSourceClassifier } from './sourceClassifier.js';
import type { Vectors } from './vectors.js';

/** Examples that scores are computed of at most: their time grows with the cube. */
export const MOST_SCORED = 300;

/** A network whose features are scored. */
export interface ScoredNetwork {
  readonly prepared: PreparedBackbone;
  readonly vectors: Vectors;
  /** Its blocks, in the order of the vectors. */
  readonly blocks: readonly NetworkBlock[];
}

/** Computes scores of transferability. */
export interface Scoring {
  /** The scores of a backbone's pooled features at a depth; they have to be cached. */
  of(backbone: string, depth: number): Promise<ProbeScores>;
  dispose(): Promise<void>;
}

type Value = ProbeScores['values'][number];

/** What the scores of one depth of a network read. */
interface Read {
  readonly features: LabelledFeatures;
  /** Of its own classes, or why there are none; null at a depth that is not the last. */
  readonly shares: Matrix | string | null;
  readonly weights: number;
}

/** Scores networks on the labelled examples, or on as many of them as there is time for. */
export function createScoring(networks: readonly ScoredNetwork[], judging: Judging): Scoring {
  const { labelled, labels } = judging;
  const rows = drawnRows(labels.labels);
  const examples = rows.map((row) => labelled[row] as (typeof labelled)[number]);
  const drawn = { labels: rows.map((row) => labels.labels[row] as number), classes: labels.classes };
  const units = unitNumbers(judging, rows);
  const opened = networks.map((network) => ({
    ...network,
    source: openSourceClassifier(network.prepared.sourceClasses),
  }));
  const valueOf = (
    score: Score,
    { features, shares, weights }: Read,
  ): Pick<Value, 'value' | 'why'> | null => {
    if (score.needs === 'features') return { value: score.of(features) };
    if (shares === null) return null;
    if (score.needs === 'backbone') return { value: score.of({ weights }) };
    return typeof shares === 'string'
      ? { value: null, why: shares }
      : { value: score.of({ ...drawn, shares }) };
  };
  return {
    of: async (backbone, depth) => {
      const network = opened.find(({ prepared }) => prepared.backbone.id === backbone);
      if (network === undefined) throw new RangeError(`no network is called ${backbone}`);
      const { prepared, vectors, blocks, source } = network;
      const features = await vectors.read(pooledAt(blocks, depth), examples);
      const isLast = depth === prepared.stages.length;
      const shares = isLast ? await source.sharesOf(features) : null;
      const read = {
        features: labelledFeatures(features, { ...drawn, units }),
        shares,
        weights: prepared.parameterCount,
      };
      const values = scores.entries().flatMap(([name, score]): Value[] => {
        const found = valueOf(score, read);
        return found === null ? [] : [{ name, title: score.title, unit: score.unit, ...found }];
      });
      return { depth, examples: rows.length, values };
    },
    dispose: async () => {
      for (const { source } of opened) await source.dispose();
    },
  };
}

/** The block of the mean over places, which is what the scores were published for. */
function pooledAt(blocks: readonly NetworkBlock[], depth: number): number {
  const index = blocks.findIndex(
    (block) => block.depth === depth && (block.statistic === 'mean' || block.statistic === 'value'),
  );
  if (index < 0) throw new RangeError(`no features are pooled at depth ${depth}`);
  return index;
}

/** The rows of examples that are scored: every class in proportion, and evenly over the order of its examples. */
export function drawnRows(labels: readonly number[]): number[] {
  const all = labels.map((_, row) => row);
  if (labels.length <= MOST_SCORED) return all;
  const sorted = all.toSorted((a, b) => (labels[a] as number) - (labels[b] as number) || a - b);
  return Array.from(
    { length: MOST_SCORED },
    (_, i) => sorted[Math.floor(((i + 0.5) * sorted.length) / MOST_SCORED)] as number,
  ).toSorted((a, b) => a - b);
}

/** A number for the examples of each unit, such as a speaker. */
function unitNumbers({ labelled }: Judging, rows: readonly number[]): number[] {
  const grouped = labelled.some(({ group }) => group !== undefined);
  const numbers = new Map(
    unitsOf(labelled, rows, grouped).flatMap((unit, number) => unit.map((row) => [row, number] as const)),
  );
  return rows.map((row) => numbers.get(row) as number);
}
