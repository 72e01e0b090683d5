import { evaluate, judgeOverfitting } from '@espalier/metrics';
import {
  scientific,
  type Objective,
  type ReportedBackbone,
  type ReportedTrial,
  type StudyReport,
  type TaskEvaluation,
} from '@espalier/study';

/** A number in [0, 1) that follows its key. */
const noise = (key: number): number => Math.abs(Math.sin(key * 12.9898) * 43758.5453) % 1;

/** Predictions right about so often, measured. */
export function evaluation(classes: number, examples: number, accuracy: number, key = 1): TaskEvaluation {
  const labels = Array.from({ length: examples }, (_, i) => i % classes);
  const probabilities = labels.map((label, i) => {
    const right = noise(key * 1000 + i) < accuracy;
    const said = right ? label : (label + 1 + Math.floor(noise(i + key) * (classes - 1))) % classes;
    const confidence = 0.5 + 0.49 * noise(i * 7 + key);
    return labels
      .slice(0, classes)
      .map((_, c) => (c === said ? confidence : (1 - confidence) / (classes - 1)));
  });
  const classification = evaluate({ probabilities, labels });
  const { interval, logLoss, accuracy: value } = classification;
  return { examples, value, ...interval, loss: logLoss, metrics: { accuracy: value }, classification };
}

const epochs = (count: number, from: number, to: number): ReportedTrial['epochs'] =>
  Array.from({ length: count }, (_, i) => {
    const progress = 1 - Math.exp(-i / 2);
    return {
      epoch: i + 1,
      trainLoss: 1.1 - 0.9 * progress,
      validationLoss: 1.15 - 0.75 * progress + 0.01 * i,
      metrics: { accuracy: from + (to - from) * progress },
      learningRate: 1e-3 * Math.cos((i / count) * 1.5),
      seconds: 1.5 + i / 10,
    };
  });

const writtenValues = ({
  freezeDepth,
  learningRate,
  ...values
}: Readonly<Record<string, number | string>>) => ({
  freezeDepth: `${freezeDepth} of 4`,
  learningRate: scientific(Number(learningRate)),
  ...Object.fromEntries(Object.entries(values).map(([name, value]) => [name, String(value)])),
});

export function trialOf(number: number, change: Partial<ReportedTrial> = {}): ReportedTrial {
  const run = epochs(2 + (number % 5), 0.4, 0.8 + 0.03 * (number % 5));
  const last = run.at(-1);
  const values = {
    freezeDepth: number % 4,
    learningRate: 1e-4 * 2 ** number,
    layerDecay: 0.85,
    weightDecay: 0.05,
    augmentation: number % 2 === 0 ? 'flip' : 'none',
  };
  return {
    number,
    configuration: { backbone: number % 2 === 0 ? 'shapes-net' : 'textures-net', values },
    written: writtenValues(values),
    status: 'complete',
    reason: 'all epochs done',
    bestEpoch: run.length,
    metrics: last?.metrics ?? null,
    validationLoss: last?.validationLoss ?? null,
    seconds: 9,
    epochs: run,
    ...change,
  };
}

const backboneNamed = (id: string): ReportedBackbone => ({
  id,
  family: 'convnet',
  licence: { spdx: 'Apache-2.0', commercialUse: 'allowed' },
  source: `embedded in @espalier/${id}`,
  citation: `@misc{${id}, title = {${id}}}`,
  parameters: 123456,
  hash: 'ab12'.repeat(16),
  stages: 4,
  freezeDepths: [0, 1, 2, 3, 4],
  notes: [],
});

const accuracyObjective: Objective = {
  ...{ name: 'accuracy', label: 'Accuracy' },
  ...{ direction: 'maximise', unit: 'share' },
};

const searchOf: StudyReport['search'] = {
  sampler: 'tpe',
  pruner: 'asha',
  schedule: 'cosine',
  optimizer: 'adamw',
  objective: accuracyObjective,
  dimensions: [
    { name: 'freezeDepth', label: 'Frozen stages' },
    { name: 'learningRate', label: 'Learning rate' },
    { name: 'layerDecay', label: 'Layer decay' },
    { name: 'weightDecay', label: 'Weight decay' },
    { name: 'augmentation', label: 'Augmentation' },
  ],
  trials: 7,
  epochs: 6,
  reason: 'All 7 trials are done.',
  notes: [],
  settings: { training: { batch: 32 } },
  explanation: {
    importance: [
      { name: 'learningRate', label: 'Learning rate', share: 0.734 },
      { name: 'augmentation', label: 'Augmentation', share: 0.021 },
    ],
    random: { reached: 0.912, random: 0.884, low: 0.851, high: 0.907 },
  },
};

const guardsOf = (
  train: TaskEvaluation,
  validation: TaskEvaluation,
  curve: ReportedTrial['epochs'],
): StudyReport['verdicts'] => ({
  transfer: { kind: 'helps', sentence: 'Transfer helps: the best model is 20.0 points ahead.' },
  overfitting: judgeOverfitting({
    metric: accuracyObjective,
    ...{ train: train.value, held: validation.value, trainRight: train.value, examples: 30, curve },
    versusTrivial: { difference: 0.5, low: 0.3, high: 0.7 },
    trivial: 'always answering with the most frequent class',
    simpler: [],
  }),
  licence: { kind: 'allowed', sentence: 'Apache-2.0 allows commercial use.' },
});

const environment: StudyReport['environment'] = {
  node: 'v20.19.0',
  platform: 'linux x64',
  cpu: 'a processor',
  cores: 2,
  engine: 'onnxruntime 1.0',
  device: 'cpu',
};

/** A study that went well, over the classes asked for. */
export function reportOf(classes: readonly string[] = ['cat', 'dog', 'fox']): StudyReport {
  const counts = (each: number): number[] => classes.map(() => each);
  const trials = [
    ...[0, 1, 2, 3, 4].map((number) => trialOf(number)),
    trialOf(5, { status: 'pruned', reason: 'behind the others at epoch 2' }),
    trialOf(6, {
      status: 'failed',
      reason: 'the loss is not a number',
      epochs: [],
      bestEpoch: null,
      metrics: null,
      validationLoss: null,
    }),
  ];
  const [train, validation, test] = [0.95, 0.92, 0.9].map((accuracy, key) =>
    evaluation(classes.length, 40 * classes.length, accuracy, key + 1),
  ) as [TaskEvaluation, TaskEvaluation, TaskEvaluation];
  const { overfitting, ...others } = guardsOf(train, validation, trials[4]?.epochs ?? []);
  return {
    version: 3,
    espalier: '0.1.0',
    createdAt: '2026-01-02T03:04:05.000Z',
    command: 'espalier train pets --trials 7 --seed 1 --out study',
    origin: 'command',
    resume: 'study',
    seed: 1,
    task: 'classification',
    metric: accuracyObjective,
    environment,
    dataset: {
      name: 'pets',
      modality: 'image',
      path: 'pets',
      hash: 'cd34'.repeat(16),
      classes,
      splits: { train: counts(160), validation: counts(40), test: counts(40) },
      corrupt: [],
      leaks: [],
      labelsFrom: 'the names of the sub-folders',
      notes: [],
      imbalance: null,
    },
    backbones: [backboneNamed('shapes-net'), backboneNamed('textures-net')],
    search: searchOf,
    probes: [
      {
        backbone: 'shapes-net',
        freezeDepth: 2,
        width: 64,
        ridge: { accuracy: 0.8, penalty: 0.1 },
        logistic: { accuracy: 0.82, penalty: 0.01 },
      },
    ],
    leaderboard: [],
    costs: [],
    front: [],
    trials,
    best: { kind: 'trial', everything: false, trial: 4, train, validation, test },
    provenance: [
      { what: 'Answer', by: 'the validation split', examples: 120 },
      { what: 'Test score', by: 'the test split, which chose nothing', examples: 120 },
    ],
    baselines: {
      trivial: { title: `Always "${classes[0]}"`, value: 1 / classes.length },
      random: {
        learningRate: 1e-3,
        epochs: epochs(6, 0.35, 0.7),
        validation: 0.7,
        test: 0.69,
        reason: 'all epochs done',
      },
      randomNote: null,
      plain: null,
    },
    advice: [
      {
        about: 'labels',
        sentence: 'More labels are expected to help: learning from twice as many examples gains 2.1 points.',
        because: { gain: 0.021, low: 0.011, high: 0.034 },
      },
    ],
    learningCurve: {
      probe: 'probe-0',
      points: [
        { examples: 50, value: 0.7, low: 0.6, high: 0.8 },
        { examples: 100, value: 0.8, low: 0.7, high: 0.9 },
      ],
      expected: [{ examples: 200, gain: 0.021, low: 0.011, high: 0.034 }],
    },
    verdicts: { ...others, overfitting: { kind: overfitting.kind, sentence: overfitting.sentence } },
    files: { model: 'model.onnx', preprocessing: 'preprocessing.json', card: 'model-card.md' },
    seconds: 125,
  };
}

/** A probe of a depth whose features were scored. */
const scoredProbe = (number: number, depth: number): StudyReport['probes'][number] => ({
  ...{ number, role: 'probe', backbone: 'shapes-net', title: `depth ${depth}`, width: 8, penalty: 0.1 },
  ...{ value: 0.5 + depth / 10, low: 0.4, high: 0.95, loss: 1 / depth, examples: 600, basis: 'folds' },
  seconds: 1,
  scores: {
    ...{ depth, examples: 300 },
    values: [
      { name: 'knn', title: 'k-NN', unit: 'share', value: 0.4 + depth / 10 },
      ...(depth === 4
        ? [{ name: 'leep', title: 'LEEP', unit: 'nats', value: null, why: 'its file has no classifier' }]
        : []),
    ],
  },
});

/** The same study as one whose answer is a probe, beside a baseline that is as good. */
export function probeReportOf(): StudyReport {
  const report = reportOf();
  const measured = { low: 0.8, high: 0.95, examples: 600, basis: 'folds' as const };
  const probe = { ...measured, name: 'probe-0', kind: 'probe' as const, title: 'shapes-net, depth 4' };
  const baseline = {
    ...measured,
    name: 'baseline-1',
    kind: 'baseline' as const,
    title: 'colours | edges, no network',
  };
  const { validation, test, train } = report.best;
  return {
    ...report,
    probes: [4, 3, 2, 1].map((depth, number) => scoredProbe(number, depth)),
    leaderboard: [
      { ...probe, value: 0.9, loss: 0.2, costs: { latency: 3.52, size: 9_100_000 } },
      { ...baseline, value: 0.89, loss: 0.25, costs: { latency: 0.0213, size: 24_800 }, over: ['latency'] },
    ],
    costs: [
      {
        ...{ name: 'latency', label: 'Latency', help: 'Time to answer one example', limit: 5 },
        ...{ units: [{ name: 'ms', size: 1 }], weighed: true },
      },
      {
        ...{ name: 'size', label: 'Size', help: 'Size of the file', limit: null, weighed: true },
        units: [
          { name: 'B', size: 1 },
          { name: 'MB', size: 1e6 },
        ],
      },
    ],
    front: ['probe-0', 'baseline-1'],
    best: {
      ...{
        trial: null,
        name: 'probe-0',
        kind: 'probe',
        title: 'shapes-net, depth 4',
        backbone: 'shapes-net',
      },
      estimate: { value: 0.885, low: 0.85, high: 0.91 },
      ...{ everything: true, learntFrom: 720 },
      ...{ train, validation, test },
    },
    baselines: {
      ...report.baselines,
      plain: {
        ...{ name: 'baseline-1', title: baseline.title, value: 0.89, difference: 0.01 },
        ...{ low: -0.01, high: 0.03, asGood: true, sentence: 'Colours alone are as good.' },
      },
    },
  };
}
