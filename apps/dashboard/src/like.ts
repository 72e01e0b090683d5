import type { Asked } from './asked';
import { numberChoices, oneChoices, textChoices, type More } from './more';
import { efforts, usualChoices, type Choices } from './wizard';

/** What the wizard offers, set as an earlier study was asked. */
export interface Like {
  readonly choices: Choices;
  /** What that study was asked and the wizard cannot ask, a sentence each. */
  readonly lost: readonly string[];
}

type Dimension = Asked['learningRate'];

/** As {@link textChoices} read it. */
const typed = (value: Dimension | readonly number[]): string => {
  if (!('kind' in value)) return value.join(', ');
  return value.kind === 'choices' ? value.values.join(', ') : `${value.low}..${value.high}`;
};

/** A setting by the path that the server is asked it by; shares of the split are the dataset's in a study. */
function valueAt(asked: Asked, path: string): unknown {
  const [first = '', second] = path.split('.');
  const all: Readonly<Record<string, unknown>> = { ...asked.dataset, ...asked };
  const found = all[first];
  if (second === undefined) return found;
  return (found as Readonly<Record<string, unknown>> | undefined)?.[second];
}

function moreLike(asked: Asked): More {
  const numbers = numberChoices.flatMap(({ path, usual }) => {
    const value = valueAt(asked, path);
    return typeof value === 'number' && value !== usual ? [[path, value] as const] : [];
  });
  const texts = textChoices.flatMap(({ path, usual, read }) => {
    const text = typed(valueAt(asked, path) as Dimension | readonly number[]);
    // Read, they are the same however their numbers are written; a range is not its two ends.
    return JSON.stringify(read(text)) === JSON.stringify(read(usual)) ? [] : [[path, text] as const];
  });
  const ones = oneChoices.flatMap(({ path, options }) => {
    const value = valueAt(asked, path);
    const text = value === undefined ? '' : String(value);
    return text === options[0]?.value ? [] : [[path, text] as const];
  });
  return {
    numbers: Object.fromEntries(numbers),
    texts: Object.fromEntries(texts),
    ones: Object.fromEntries(ones),
    augmentation: asked.augmentation ?? [],
  };
}

const samplers = ['tpe', 'random', 'grid'] as const;

/** What the wizard shows for another study like one. */
export function choicesLike(name: string, asked: Asked): Like {
  const { budget, sampler: wanted, pruner } = asked;
  const sampler = samplers.find((one) => one === wanted);
  const effort = efforts.find(({ trials, epochs }) => trials === budget.trials && epochs === budget.epochs);
  const lost = [
    ...(sampler === undefined ? [`It had the sampler ${wanted}; here it has TPE.`] : []),
    ...(pruner === 'asha' || pruner === 'none' ? [] : [`It had the pruner ${pruner}; here it has ASHA.`]),
    ...(budget.trials === null ? ['Its trials had no limit; here they have one.'] : []),
    ...(asked.training.patience === null ? ['Its trials ran to their end; here they have a patience.'] : []),
    ...[asked.learningRate, asked.layerDecay, asked.weightDecay].flatMap((dimension) =>
      dimension.kind === 'uniform'
        ? [`It searched ${typed(dimension)} evenly; here it is searched in its logarithm.`]
        : [],
    ),
  ];
  const choices: Choices = {
    ...usualChoices,
    name: `${name}, again`,
    backbones: asked.backbones,
    effort: effort?.value ?? usualChoices.effort,
    trials: effort === undefined ? budget.trials : null,
    epochs: effort === undefined ? budget.epochs : null,
    minutes: budget.seconds === null ? null : budget.seconds / 60,
    depths: asked.freezeDepths?.join(', ') ?? '',
    sampler: sampler ?? usualChoices.sampler,
    prune: pruner !== 'none',
    scratch: asked.scratch,
    commercial: asked.commercial,
    seed: asked.seed,
    more: moreLike(asked),
  };
  return { choices, lost };
}
