import { inSentence, readAmount, writeAmount } from '@espalier/study/words';
import { numbersOf } from '@espalier/search/typed';
import type { NewStudy, Offer } from '../server/api';

type Search = NonNullable<NewStudy['search']>;

interface Described {
  readonly label: string;
  readonly hint?: string;
  /** Path in the request, such as `training.batch`. */
  readonly path: string;
}

/** A number that the server decides if the field is empty. */
export interface NumberChoice extends Described {
  /** The server's default; null where that is no number. */
  readonly usual: number | null;
  readonly min: number;
  readonly max?: number;
  readonly whole?: boolean;
  /** Placeholder of the empty field, if not `usual`. */
  readonly empty?: string;
}

/** Largest share that is less than everything. */
const MOST = 0.99;

export const numberChoices: readonly NumberChoice[] = [
  {
    path: 'budget.totalEpochs',
    label: 'Total epochs',
    usual: null,
    min: 1,
    whole: true,
    empty: 'no limit',
  },
  { path: 'validation', label: 'Validation share', usual: 0.15, min: 0.01, max: MOST },
  { path: 'test', label: 'Test share', usual: 0.15, min: 0.01, max: MOST },
  {
    ...{ path: 'maxCorruptFraction', label: 'Largest unreadable share', usual: 0.05, min: 0, max: 1 },
    hint: 'Share of unreadable, missing or contradictory examples that Espalier may skip',
  },
  {
    ...{ path: 'folds', label: 'Folds', usual: null, min: 0, max: 20, whole: true },
    ...{
      hint: 'Everything is compared on so many folds, 2 to 20, or with 0 on the validation split alone',
      empty: '5, or 0 above 2,000 examples',
    },
  },
  {
    ...{ path: 'seeds', label: 'Seeds', usual: null, min: 1, max: 10, whole: true, empty: '1' },
    hint: 'The trials that may be the answer are trained under so many seeds, and compared by their mean loss',
  },
  {
    ...{ path: 'training.patience', label: 'Patience', usual: 5, min: 1, whole: true },
    hint: 'A trial ends after this many epochs without a better value of the metric that trials are compared by',
  },
  {
    ...{
      path: 'training.stageRate',
      label: 'Learning rate of pre-trained stages',
      usual: null,
      min: 0.0001,
      max: 1,
    },
    ...{ hint: "As a share of the head's learning rate", empty: 'depends on the backbone' },
  },
  {
    ...{ path: 'training.views', label: 'Views per example', usual: 4, min: 1, max: 64, whole: true },
    hint: 'Number of augmented views in the cache',
  },
];

/** What is typed as a text: numbers, names or an amount. */
export interface TextChoice extends Described {
  /** The text that stands for the server's default; empty where there is none. */
  readonly usual: string;
  /** Parses the text into the request's value; null where it is malformed. */
  readonly read: (text: string) => unknown;
  /** Writes a value of the request as it is typed. */
  readonly write: (value: unknown) => string;
  /** What to enter, a clause with a capital. */
  readonly wanted: string;
}

/** Choices that are typed as a text. */
export const textChoicesOf = ({ costs }: Pick<Offer, 'costs'>): readonly TextChoice[] => [
  {
    ...{
      path: 'baselineRates',
      label: 'Learning rates of the baseline',
      usual: '0.001',
      read: numbersOf,
      write: String,
      wanted: 'Enter numbers separated by commas',
    },
    hint: 'The baseline from random weights uses the best of these on the validation split',
  },
  ...costs.map(limitChoice),
  {
    ...{ path: 'also', label: 'Weighed beside the metric', usual: '', write: String },
    hint: `Costs that the sampler nsga2 weighs, and the Pareto front: ${namesOf(costs).join(', ')}`,
    read: (text) => namesAmong(text, namesOf(costs)),
    wanted: 'Enter names of costs separated by commas',
  },
];

const namesOf = (costs: Offer['costs']): string[] => costs.map(({ name }) => name);

/** Names separated by commas; null where one is unknown, or there is none. */
function namesAmong(text: string, known: readonly string[]): readonly string[] | null {
  const names = text
    .split(',')
    .map((name) => name.trim())
    .filter((name) => name !== '');
  return names.length > 0 && names.every((name) => known.includes(name)) ? names : null;
}

/** An amount as people write it, or with all its digits where that is another. */
function exactly(units: Offer['costs'][number]['units'], amount: number): string {
  const short = writeAmount(units, amount);
  return readAmount(units, short) === amount ? short : String(amount);
}

const limitChoice = ({ name, label, help, units }: Offer['costs'][number]): TextChoice => ({
  ...{ path: `limits.${name}`, label: `Limit of ${inSentence(label)}`, hint: help, usual: '' },
  read: (text) => readAmount(units, text),
  write: (value) => (typeof value === 'number' ? exactly(units, value) : ''),
  wanted: `Enter an amount above 0 in ${units.map((unit) => unit.name).join(', ')}`,
});

/** A choice whose first option is the server's default. */
export interface OneChoice extends Described {
  readonly options: readonly { readonly value: string; readonly label: string }[];
}

const same = (values: readonly string[]) => values.map((value) => ({ value, label: value }));

/** Sorts the server's default first. */
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
    ...{ path: 'training.classWeights', label: 'Class weights' },
    options: [
      {
        value: 'auto',
        label: 'Equal if the largest class has more than 10 times the examples of the smallest',
      },
      { value: 'none', label: 'By number of examples' },
      { value: 'balanced', label: 'Equal' },
    ],
  },
  {
    ...{ path: 'useEverything', label: 'Learn from the test split' },
    options: [
      { value: '', label: 'If there are few examples' },
      { value: 'true', label: 'Yes, after the measurement' },
      { value: 'false', label: 'No' },
    ],
  },
  {
    ...{ path: 'budget.exhaust', label: 'Where nothing more is to be gained' },
    hint: 'Another trial may be expected to gain less than the labelled examples could tell from chance',
    options: [
      { value: 'false', label: 'End the search' },
      { value: 'true', label: 'Use the whole budget' },
    ],
  },
  { path: 'training.optimizer', label: 'Optimizer', options: usualFirst(optimizers, 'adamw') },
  {
    ...{ path: 'training.schedule', label: 'Learning rate schedule' },
    options: usualFirst(schedules, 'cosine'),
  },
  {
    ...{ path: 'engine.name', label: 'Engine' },
    options: engines.map(({ name }) => ({ value: name, label: engineLabels[name] ?? name })),
  },
  {
    ...{ path: 'engine.provider', label: 'Execution provider' },
    options: same([...new Set(engines.flatMap(({ providers }) => providers))]),
  },
];

/** The chosen values by path; the server decides the missing ones. */
export interface More {
  readonly numbers: Readonly<Record<string, number>>;
  readonly texts: Readonly<Record<string, string>>;
  readonly ones: Readonly<Record<string, string>>;
}

export const nothingMore: More = { numbers: {}, texts: {}, ones: {} };

/** Whether a text is valid; an empty one is. */
export const isRead = ({ read }: TextChoice, text: string): boolean =>
  text.trim() === '' || read(text) !== null;

/** Lists the labels of invalid fields. */
export const unreadOf = ({ texts }: More, offer: Pick<Offer, 'costs'>): readonly string[] =>
  textChoicesOf(offer)
    .filter((one) => !isRead(one, texts[one.path] ?? ''))
    .map(({ label }) => label);

/** Builds the part of the request with these choices. */
export function moreOf({ numbers, texts, ones }: More, offer: Pick<Offer, 'costs'>): Partial<Search> {
  const read = textChoicesOf(offer).map(({ path, read }) => [path, read(texts[path] ?? '')] as const);
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

/** Converts an option into a string or a boolean; undefined where the server decides. */
function valueOf(value: string): string | boolean | null {
  if (value === '') return null;
  return value === 'true' || value === 'false' ? value === 'true' : value;
}
