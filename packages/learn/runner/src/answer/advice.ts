import { counted } from '@espalier/data';
import type { Advice, Objective } from '@espalier/study';
import { inSentence, writeGap, writeIn } from '@espalier/study/words';
import type { TunedComparison } from './compared.js';
import type { LearningCurve } from './learningCurve.js';
import type { PlainComparison } from './leaderboard.js';

/** The findings of a study that advice rests on. */
export interface Findings {
  readonly objective: Objective;
  /** Training, validation and test examples. */
  readonly examples: number;
  readonly classes: number;
  /** The smallest class and the largest, with their training examples. */
  readonly smallest: { readonly name: string; readonly count: number };
  readonly largest: { readonly name: string; readonly count: number };
  /** The first probe of the leading network reads its last features; the best one what it may. */
  readonly probes: {
    readonly backbone: string;
    readonly last: number;
    readonly best: number;
    readonly bestTitle: string;
    /** Whether the best is better than the last features by more than the width of its interval. */
    readonly apart: boolean;
  } | null;
  readonly plain: PlainComparison | null;
  /** Null where no trial was compared with the probes. */
  readonly tuned: TunedComparison | null;
  /** Searched trials that have a result. */
  readonly trials: number;
  /** How much better the answer is than one that has seen the labels alone, and what that is. */
  readonly versusTrivial: { readonly difference: number; readonly low: number; readonly high: number };
  readonly trivial: string;
  /** How much better the answer is than the same network from random weights; null without that baseline. */
  readonly versusRandom: { readonly difference: number; readonly low: number; readonly high: number } | null;
  readonly curve: LearningCurve | null;
}

/** Gains of less are hardly worth labelling twice as many examples. */
const WORTH = 0.005;
/** Classes that differ by more are told of. */
const UNEVEN = 4;
/** Fewer examples of a class than this leave fine-tuning little to learn from. */
const FEW = 20;

/** Says when to use what, and how much data it takes, each with the numbers that it rests on. */
export const adviceOn = (findings: Findings): Advice[] =>
  findings.versusTrivial.low <= 0
    ? [...onNothing(findings), ...onBalance(findings)]
    : [
        ...onMethod(findings),
        ...onSimilarity(findings),
        ...onAvoiding(findings),
        ...onLabels(findings),
        ...onBalance(findings),
      ];

/** Where nothing was learnt, nothing can be said of how. */
function onNothing(findings: Findings): Advice[] {
  const { objective, versusTrivial, trivial } = findings;
  const sentence =
    `Do not use the model: on examples that it had not learnt from it is not better than ${trivial} ` +
    `(ahead by ${writeGap(objective, versusTrivial.difference)}, ${within(findings, versusTrivial)}). ` +
    'Check that the labels are right and can be told from the examples, then label more.';
  return [{ about: 'avoid', sentence, because: given(versusTrivial) }];
}

interface Interval {
  readonly difference: number;
  readonly low: number;
  readonly high: number;
}

const within = ({ objective }: Findings, { low, high }: Interval): string =>
  `95 % interval ${writeGap(objective, low).replace(/ points$/, '')} to ${writeGap(objective, high)}`;

const given = ({ difference, low, high }: Interval) => ({ difference, low, high });

function onMethod(findings: Findings): Advice[] {
  const { objective, tuned, trials, examples, classes } = findings;
  const size = `${counted(examples, 'example')} of ${counted(classes, 'class', 'classes')}`;
  if (tuned === null) {
    if (trials === 0) return [];
    return [
      {
        about: 'method',
        sentence: `Use the network for feature extraction: with ${size}, no trial that trained its stages came close enough to the probes on the validation split to be compared with them.`,
        because: { trials, examples },
      },
    ];
  }
  const gain = `${writeGap(objective, tuned.difference)} (${within(findings, tuned)})`;
  const because = { ...given(tuned), examples, frozen: tuned.frozen, stages: tuned.stages };
  if (tuned.low <= 0) {
    const sentence =
      tuned.high < 0
        ? `Use the network for feature extraction: training its stages loses ${gain} beside the best probe, with ${size}.`
        : `Use the network for feature extraction: training its stages gains ${gain} over the best probe, which ${size} cannot tell from chance.`;
    return [{ about: 'method', sentence, because }];
  }
  const how =
    tuned.frozen === 0
      ? 'Fine-tune the whole network'
      : `Fine-tune a part of the network, with ${tuned.frozen} of its ${tuned.stages} stages frozen`;
  return [{ about: 'method', sentence: `${how}: it gains ${gain} over the best probe.`, because }];
}

function onSimilarity(findings: Findings): Advice[] {
  const { objective, probes } = findings;
  if (probes === null) return [];
  const { backbone, last, best, bestTitle, apart } = probes;
  const values = `${inSentence(objective.label)} ${writeIn(objective, last)}`;
  const because = { last, best };
  if (!apart) {
    const sentence = `The data are like what ${backbone} knows: its last features are as good as those of any other depth (${values}, at best ${writeIn(objective, best)}).`;
    return [{ about: 'similarity', sentence, because }];
  }
  const sentence = `The data differ from what ${backbone} knows: other features than its last tell more (${values}; ${bestTitle} ${writeIn(objective, best)}). Let it read lower depths, or look for a network that knows such data.`;
  return [{ about: 'similarity', sentence, because }];
}

function onAvoiding(findings: Findings): Advice[] {
  const { objective, plain, versusRandom } = findings;
  const advice: Advice[] = [];
  if (plain?.asGood === true) {
    const sentence = `Avoid this network for these data: ${plain.title.replace(/, no network$/, '')} without any network is as good (${inSentence(objective.label)} ${writeIn(objective, plain.value)}; the network is ahead by ${writeGap(objective, plain.difference)}, ${within(findings, plain)}). Try another one.`;
    advice.push({ about: 'avoid', sentence, because: { value: plain.value, ...given(plain) } });
  }
  if (versusRandom !== null && versusRandom.high < 0) {
    const sentence = `Train from scratch: random weights are ${writeGap(objective, -versusRandom.difference)} ahead of the pre-trained ones (${within(findings, versusRandom)}).`;
    advice.push({ about: 'avoid', sentence, because: given(versusRandom) });
  }
  return advice;
}

function onLabels(findings: Findings): Advice[] {
  const { objective, curve } = findings;
  const [twice, often] = curve?.expected ?? [];
  const now = curve?.points.at(-1);
  if (twice === undefined || often === undefined || now === undefined) return [];
  const write = ({ gain, low, high }: typeof twice): string =>
    `${writeGap(objective, gain)} (${within(findings, { difference: gain, low, high })})`;
  const worth = twice.gain >= WORTH;
  const opening = worth ? 'More labels are expected to help' : 'More labels are hardly worth their work';
  const sentence = `${opening}: learning from twice as many examples (${twice.examples}) gains the leading probe ${write(twice)}, from four times as many ${write(often)}. This is a power law through what it reached with ${curve?.points.map(({ examples }) => examples).join(', ')} examples.`;
  const because = { examples: now.examples, gain: twice.gain, low: twice.low, high: twice.high };
  return [{ about: 'labels', sentence, because }];
}

function onBalance({ smallest, largest }: Findings): Advice[] {
  const because = { smallest: smallest.count, largest: largest.count };
  const uneven = largest.count > UNEVEN * smallest.count;
  if (!uneven && smallest.count >= FEW) return [];
  const few = `"${smallest.name}" has ${counted(smallest.count, 'training example')}`;
  const sentence = uneven
    ? `Label more of the rare classes first: ${few}, and "${largest.name}" ${largest.count}. Compare by balanced accuracy (--objective balancedAccuracy) where each class matters as much.`
    : `Label more of every class before training stages of a network: ${few}.`;
  return [{ about: 'balance', sentence, because }];
}
