import { numbersOf } from '@espalier/search/typed';
import type { NewStudy, Offer } from './api';

type Search = NonNullable<NewStudy['search']>;

interface Described {
  readonly label: string;
  readonly hint?: string;
  /** Where it stands in what the server is asked, such as `training.batch`. */
  readonly path: string;
}

/** A number that may be left to the server. */
export interface NumberChoice extends Described {
  /** What the server takes where it is left out; null where that is no number. */
  readonly usual: number | null;
  readonly min: number;
  readonly max?: number;
  readonly whole?: boolean;
  /** What stands in the empty field, where `usual` does not say it. */
  readonly empty?: string;
}

/** Largest share that is less than everything. */
const MOST = 0.99;

export const numberChoices: readonly NumberChoice[] = [
  {
    path: 'budget.totalEpochs',
    label: 'Epochs altogether',
    usual: null,
    min: 1,
    whole: true,
    empty: 'no limit',
  },
  { path: 'validation', label: 'Share to validate on', usual: 0.15, min: 0.01, max: MOST },
  { path: 'test', label: 'Share to test on', usual: 0.15, min: 0.01, max: MOST },
  {
    ...{ path: 'maxCorruptFraction', label: 'Share that may be unreadable', usual: 0.05, min: 0, max: 1 },
    hint: 'Unreadable, missing or contradictory examples that may be skipped',
  },
  {
    ...{ path: 'training.patience', label: 'Patience', usual: 5, min: 1, whole: true },
    hint: 'Epochs without a better accuracy that end a trial',
  },
  {
    ...{ path: 'training.stageRate', label: 'Rate of pre-trained stages', usual: null, min: 0.0001, max: 1 },
    ...{ hint: "As a share of the head's", empty: 'by the network' },
  },
  {
    ...{ path: 'training.views', label: 'Views of an example', usual: 4, min: 1, max: 64, whole: true },
    hint: 'Augmented ones that are cached',
  },
];

/** Numbers that are typed as a text: a range, or a list. */
export interface TextChoice extends Described {
  readonly usual: string;
  /** What the server is asked; null where the text cannot be read. */
  readonly read: (text: string) => unknown;
}

export const textChoices: readonly TextChoice[] = [
  {
    ...{
      path: 'baselineRates',
      label: 'Learning rates from random weights',
      usual: '0.001',
      read: numbersOf,
    },
    hint: 'Of the baseline; the best by validation counts',
  },
];

/** One of several, of which the first is what the server takes by itself. */
export interface OneChoice extends Described {
  readonly options: readonly { readonly value: string; readonly label: string }[];
}

const same = (values: readonly string[]) => values.map((value) => ({ value, label: value }));

/** The one that the server takes by itself first. */
const usualFirst = (names: readonly string[], usual: string) =>
  same([usual, ...names.filter((name) => name !== usual)]);

const engineLabels: Readonly<Record<string, string>> = { onnx: 'ONNX Runtime', tfjs: 'TensorFlow.js' };

/** Choices of one of several. */
export const oneChoicesOf = ({
  tasks,
  objectives,
  optimizers,
  schedules,
  engines,
}: Offer): readonly OneChoice[] => [
  { path: 'task', label: 'Task', options: usualFirst(tasks, 'classification') },
  {
    ...{ path: 'objective', label: 'Metric that trials are compared by' },
    options: [
      { value: '', label: "The task's own" },
      ...objectives.map(({ name, label }) => ({ value: name, label })),
    ],
  },
  {
    ...{ path: 'training.classWeights', label: 'Weight of the classes' },
    options: [
      { value: 'auto', label: 'Alike where they are more than 10 to 1' },
      { value: 'none', label: 'By their examples' },
      { value: 'balanced', label: 'Alike' },
    ],
  },
  {
    ...{ path: 'useEverything', label: 'Learn from the test split too' },
    options: [
      { value: '', label: 'Where there is little to learn from' },
      { value: 'true', label: 'Yes, once the answer is measured' },
      { value: 'false', label: 'No' },
    ],
  },
  { path: 'training.optimizer', label: 'Optimizer', options: usualFirst(optimizers, 'adamw') },
  {
    ...{ path: 'training.schedule', label: 'Schedule of the learning rate' },
    options: usualFirst(schedules, 'cosine'),
  },
  {
    ...{ path: 'engine.name', label: 'Engine' },
    options: engines.map(({ name }) => ({ value: name, label: engineLabels[name] ?? name })),
  },
  {
    ...{ path: 'engine.provider', label: 'Where it computes' },
    options: same([...new Set(engines.flatMap(({ providers }) => providers))]),
  },
];

/** What was chosen of all these, by path; what is not in it is left to the server. */
export interface More {
  readonly numbers: Readonly<Record<string, number>>;
  readonly texts: Readonly<Record<string, string>>;
  readonly ones: Readonly<Record<string, string>>;
}

export const nothingMore: More = { numbers: {}, texts: {}, ones: {} };

/** Whether a text stands for what it should; an empty one is left to the server. */
export const isRead = ({ read }: TextChoice, text: string): boolean =>
  text.trim() === '' || read(text) !== null;

/** The labels of what cannot be read. */
export const unreadOf = ({ texts }: More): readonly string[] =>
  textChoices.filter((one) => !isRead(one, texts[one.path] ?? '')).map(({ label }) => label);

/** What the server is asked besides; what was not chosen is left out. */
export function moreOf({ numbers, texts, ones }: More): Partial<Search> {
  const read = textChoices.map(({ path, read }) => [path, read(texts[path] ?? '')] as const);
  const chosen = Object.entries(ones).map(([path, value]) => [path, valueOf(value)] as const);
  const asked: Record<string, unknown> = {};
  for (const [path, value] of [...Object.entries(numbers), ...read, ...chosen]) {
    if (value === null) continue;
    const [first = '', second] = path.split('.');
    asked[first] =
      second === undefined ? value : { ...(asked[first] as object | undefined), [second]: value };
  }
  return asked as Partial<Search>;
}

/** A word, a truth, or nothing where it is left to the server. */
function valueOf(value: string): string | boolean | null {
  if (value === '') return null;
  return value === 'true' || value === 'false' ? value === 'true' : value;
}
