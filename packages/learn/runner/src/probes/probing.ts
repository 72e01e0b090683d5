import { measure, metrics } from '@espalier/metrics';
import { counted, type ScannedExample } from '@espalier/data';
import { appendLinearHeads, float32, joinModels, type Model, type SharedHead } from '@espalier/onnx';
import {
  classifiers,
  crossValidate,
  denseKernel,
  fitClassifier,
  matrix,
  shareOf,
  sumKernel,
  sumOfGrams,
  type Classifier,
  type CrossValidated,
  type FoldPlan,
  type Kernel,
  type Labels,
  type Limits,
  type Matrix,
  type Products,
} from '@espalier/probes';
import { judgedPredictions, type Judging } from './judging.js';
import type { ProbePart, ProbePlan } from './plan.js';
import type { Scoring } from './scoring.js';
import type { ProbeRecord } from '@espalier/study';
import type { FeatureSource, FittedPart } from './source.js';

/** A probe that was fitted: its logits are the sum of its parts' scores and the bias. */
export interface FittedProbe {
  readonly parts: readonly FittedPart[];
  readonly bias: Float64Array;
}

/** A probe with its predictions on the examples that judge. */
export interface Probed {
  readonly record: ProbeRecord;
  /** [labelled, classes] */
  readonly probabilities: Float32Array;
}

/** What is fitted: logistic regression without a temperature by default. */
export interface ProbeFit {
  readonly penalty: number;
  readonly classifier?: Classifier;
  readonly temperature?: number;
}

/** How a classifier is validated. */
export interface Validation {
  readonly classifier: Classifier;
  /** Penalties to try; all by default. */
  readonly penalties?: readonly number[];
  readonly plan?: FoldPlan;
  readonly weights?: Float64Array;
}

/** What a set of labelled examples is probed with. */
export interface Probing {
  readonly plans: readonly ProbePlan[];
  /** Which probes would have been too large, a sentence each. */
  readonly omitted: readonly string[];
  source(id: string): FeatureSource;
  /** Gets the features of a plan ready. */
  prepare(plan: Pick<ProbePlan, 'parts'>, onProgress: (done: number, total: number) => void): Promise<void>;
  probe(number: number, limits?: Pick<Limits, 'late'>): Promise<Probed>;
  /** Cross-validates a classifier on some parts, by the study's folds unless others are given. */
  validate(parts: readonly ProbePart[], options: Validation): Promise<CrossValidated>;
  /** Fits on the labelled examples whose weight is not 0; on all of them where there are no weights. */
  fit(parts: readonly ProbePart[], chosen: ProbeFit, weights?: Float64Array): Promise<FittedProbe>;
  /** Mean and 1 / deviation of each number that one block has over the labelled examples. */
  standardisation(part: ProbePart): Promise<{ readonly mean: Float64Array; readonly scale: Float64Array }>;
  /** Logits of examples, [examples, classes]. */
  scores(probe: FittedProbe, examples: readonly ScannedExample[]): Promise<Matrix>;
  /** The whole network of fitted probes, whose probabilities are averaged by their shares. */
  model(probes: readonly { readonly probe: FittedProbe; readonly share: number }[]): Model;
}

export interface ProbingOptions {
  readonly plans: readonly ProbePlan[];
  readonly sources: readonly FeatureSource[];
  readonly judging: Judging;
  readonly products: Products;
  /** Scores the networks' features beside the probes. */
  readonly scoring: Pick<Scoring, 'of'>;
  /** Interrupts every fit. */
  readonly signal: AbortSignal;
  /** Seconds after which a single fit is taken as far as it has come. */
  readonly fitSeconds: number;
  /** Seconds that are left for fitting. */
  readonly left: () => number;
}

/** Part of its usual time that a fit has, however late it is: one that is cut off at once has learnt nothing. */
const LEAST_SHARE = 0.2;

/** Whether a fit that begins now has had its time. */
function lateness({ fitSeconds, left }: ProbingOptions): () => boolean {
  const seconds = Math.min(fitSeconds, Math.max(LEAST_SHARE * fitSeconds, left()));
  const end = performance.now() + 1000 * seconds;
  return () => performance.now() > end;
}

/** Inner products of a block are kept while they fit: many probes share blocks. */
const MOST_BYTES = 512 * 2 ** 20;

export function createProbing(options: ProbingOptions): Probing {
  const { sources, judging, products, signal } = options;
  const { labels, plan: folds, rows, basis, labelled } = judging;
  const sourceOf = (id: string): FeatureSource => sources.find((source) => source.id === id) as FeatureSource;
  const { plans, omitted } = fitting(options, sourceOf);
  const kernels = keptKernels(sourceOf);
  const kernelOf = async (parts: readonly ProbePart[]): Promise<Kernel> => {
    const weights = parts.map(({ weight }) => weight);
    const all = [];
    for (const part of parts) all.push(await kernels(part));
    const grams = all.flatMap(({ gram }) => gram ?? []);
    if (grams.length < all.length)
      return sumKernel(
        all.map(({ kernel }) => kernel),
        weights,
      );
    return denseKernel(products, sumOfGrams(grams, weights));
  };
  const probed = new Map<number, Promise<Probed>>();
  const probeOf = async (number: number, limits: Pick<Limits, 'late'>): Promise<Probed> => {
    const started = performance.now();
    const plan = plans[number] as ProbePlan;
    const found = await crossValidate(await kernelOf(plan.parts), labels, folds, { ...limits, signal });
    const { penalty, probabilities, loss } = found;
    const metric = metrics.get(judging.objective.name);
    const standing = measure(metric, judgedPredictions(judging, probabilities), judging.groups);
    const width = plan.parts.reduce((sum, part) => sum + widthOf(sourceOf(part.source), part), 0);
    const { role, backbone, title, parts, scored } = plan;
    const isScored = backbone !== null && scored !== undefined;
    const scores = isScored ? await options.scoring.of(backbone, scored) : null;
    const seconds = (performance.now() - started) / 1000;
    const measured = { penalty, ...standing, loss, examples: rows.length, basis, seconds };
    const described = { number, role, backbone, title, parts: [...parts], width };
    const record = { ...described, ...measured, ...(scores && { scores }) };
    return { record, probabilities };
  };
  return {
    plans,
    omitted,
    source: sourceOf,
    prepare: async ({ parts }, onProgress) => {
      for (const id of new Set(parts.map(({ source }) => source))) await sourceOf(id).prepare(onProgress);
    },
    probe: (number, limits = {}) => {
      const known = probed.get(number) ?? probeOf(number, limits);
      probed.set(number, known);
      known.catch(() => probed.delete(number));
      return known;
    },
    validate: async (parts, { classifier, penalties, plan = folds, weights }) =>
      crossValidate(await kernelOf(parts), weighing(weights), plan, {
        ...{ classifier, signal, late: lateness(options) },
        ...(penalties && { penalties }),
      }),
    fit: async (parts, { penalty, temperature = 1, classifier = classifiers.get('logistic') }, weights) => {
      const { coefficients, bias } = await fitClassifier(
        classifier,
        await kernelOf(parts),
        weighing(weights),
        { penalty, temperature },
        { signal, late: lateness(options) },
      );
      const shares = parts.map(({ weight }) => weight);
      const fitted: FittedPart[] = [];
      for (const [i, { source, block }] of parts.entries()) {
        const layer = await sourceOf(source).layer(block, coefficients, shareOf(shares, i));
        fitted.push({ source, block, layer });
      }
      return { parts: fitted, bias };
    },
    standardisation: async ({ source, block }) => {
      const found = await sourceOf(source).standardisation(block);
      if (found === null) throw new RangeError(`the block ${block} of ${source} is not standardised`);
      const { mean, scale } = found;
      const varying = Math.max(1, scale.filter((value) => value > 0).length);
      return { mean, scale: scale.map((value) => value * Math.sqrt(varying)) };
    },
    scores: async ({ parts, bias }, examples) => {
      const sum = matrix(examples.length, labels.classes);
      sum.data.forEach((_, i) => (sum.data[i] = bias[i % labels.classes] as number));
      for (const { source, block, layer } of parts) {
        const { data } = await sourceOf(source).scores(block, layer, examples);
        data.forEach((value, i) => (sum.data[i] = (sum.data[i] as number) + value));
      }
      return sum;
    },
    model: (probes) => assemble(probes, sourceOf),
  };

  /** The labels, each with how much it counts. */
  function weighing(weights = labels.weights): Labels {
    return { labels: labels.labels, classes: labels.classes, ...(weights && { weights }) };
  }

  /** Keeps what does not take too much room together. */
  function keptKernels(
    source: typeof sourceOf,
  ): (part: ProbePart) => Promise<{ readonly kernel: Kernel; readonly gram: Matrix | null }> {
    const kept = new Map<string, { readonly kernel: Kernel; readonly gram: Matrix | null }>();
    const most = Math.max(1, Math.floor(MOST_BYTES / (4 * labelled.length ** 2)));
    return async ({ source: id, block }) => {
      const key = `${id} ${block}`;
      const known = kept.get(key) ?? (await source(id).kernel(block));
      kept.delete(key);
      kept.set(key, known);
      for (const oldest of kept.keys()) {
        if (kept.size <= most) break;
        kept.delete(oldest);
      }
      return known;
    };
  }
}

/** Features of a probe that are in memory at once, with what they are computed from. */
const MOST_FEATURES = 2 ** 28;

/** Leaves out what would not fit the memory; the networks' last features and the baselines always stay. */
function fitting(
  { plans, judging }: ProbingOptions,
  sourceOf: (id: string) => FeatureSource,
): Pick<Probing, 'plans' | 'omitted'> {
  const sizeOf = ({ parts }: ProbePlan): number =>
    judging.labelled.length *
    parts
      .filter(({ source }) => !sourceOf(source).joins)
      .reduce((sum, part) => sum + widthOf(sourceOf(part.source), part), 0);
  const isFirst = (plan: ProbePlan): boolean =>
    plan.role === 'baseline' || plans.find(({ backbone }) => backbone === plan.backbone) === plan;
  const large = plans.filter((plan) => !isFirst(plan) && sizeOf(plan) > MOST_FEATURES);
  return {
    plans: plans.filter((plan) => !large.includes(plan)),
    omitted: large.map(
      ({ backbone, title }) =>
        `The probe of ${backbone}, ${title}, was left out: its features of ${counted(judging.labelled.length, 'example')} would not fit the memory.`,
    ),
  };
}

const widthOf = ({ blocks }: FeatureSource, { block }: ProbePart): number =>
  blocks.find(({ name }) => name === block)?.width ?? 0;

/** One graph of all sources that the probes read, ending in their heads. */
function assemble(
  probes: readonly { readonly probe: FittedProbe; readonly share: number }[],
  sourceOf: (id: string) => FeatureSource,
): Model {
  const ids = [...new Set(probes.flatMap(({ probe }) => probe.parts.map(({ source }) => source)))];
  const read = ids.map((id) => [
    ...new Set(
      probes.flatMap(({ probe }) =>
        probe.parts.filter(({ source }) => source === id).map(({ block }) => block),
      ),
    ),
  ]);
  const graphs = ids.map((id, i) => sourceOf(id).graph(read[i] as string[]));
  const joined = joinModels(
    graphs.map(({ model }) => model),
    ids.map((_, i) => (i === 0 ? '' : `part${i}_`)),
  );
  const tensorOf = ({ source, block }: FittedPart): string => {
    const i = ids.indexOf(source);
    return joined.outputs[i]?.[(read[i] as string[]).indexOf(block)] as string;
  };
  const heads = probes.map(({ probe, share }): SharedHead => {
    const bias = probe.bias.slice();
    for (const { layer } of probe.parts)
      layer.bias.forEach((value, c) => (bias[c] = (bias[c] as number) + value));
    return {
      share,
      bias: float32([bias.length], Float32Array.from(bias)),
      parts: probe.parts.map((part) => ({
        tensor: tensorOf(part),
        weight: float32([part.layer.weight.rows, part.layer.weight.columns], part.layer.weight.data),
      })),
    };
  });
  return appendLinearHeads(joined.model, heads);
}
