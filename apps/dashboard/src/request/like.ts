import type { Offer } from '../server/api';
import type { StudyRequest } from './request';
import { numberChoices, oneChoicesOf, textChoicesOf, type More } from './more';
import { typedAgain } from './space';
import { efforts, usualChoices, type Choices } from './wizard';

/** The wizard's choices that repeat an earlier study. */
export interface Like {
  readonly choices: Choices;
  /** The settings of that study that the wizard cannot repeat, a sentence each. */
  readonly lost: readonly string[];
}

/** Finds a setting by its path in the request; a study keeps the shares of the split with the dataset. */
function valueAt(asked: StudyRequest, path: string): unknown {
  const [first = '', second] = path.split('.');
  const all: Readonly<Record<string, unknown>> = { ...asked.dataset, ...asked };
  const found = all[first];
  if (second === undefined) return found;
  return (found as Readonly<Record<string, unknown>> | undefined)?.[second];
}

function moreLike(asked: StudyRequest, offer: Offer): More {
  const numbers = numberChoices.flatMap(({ path, usual }) => {
    const value = valueAt(asked, path);
    return typeof value === 'number' && value !== usual ? [[path, value] as const] : [];
  });
  const texts = textChoicesOf(offer).flatMap(({ path, usual, read, write }) => {
    const value = valueAt(asked, path);
    const text = value === undefined ? '' : write(value);
    // Texts that parse to the same numbers are equal, however the numbers are written.
    return JSON.stringify(read(text)) === JSON.stringify(read(usual)) ? [] : [[path, text] as const];
  });
  const ones = oneChoicesOf(offer).flatMap(({ path, options }) => {
    const value = valueAt(asked, path);
    const text = value === undefined ? '' : String(value);
    return text === options[0]?.value ? [] : [[path, text] as const];
  });
  return {
    numbers: Object.fromEntries(numbers),
    texts: Object.fromEntries(texts),
    ones: Object.fromEntries(ones),
  };
}

/** Keeps a name if it is still known; otherwise takes the default. */
function nameLike(
  kind: 'sampler' | 'pruner',
  wanted: string,
  known: readonly string[],
): { readonly name: string; readonly lost: readonly string[] } {
  if (known.includes(wanted)) return { name: wanted, lost: [] };
  const name = usualChoices[kind];
  return { name, lost: [`The ${kind} ${wanted} is not available on this server; ${name} replaces it.`] };
}

function spaceLike({ space }: StudyRequest, { dimensions }: Offer) {
  const typed = Object.entries(space).map(([name, range]) => {
    const dimension = dimensions.find((one) => one.name === name);
    return dimension === undefined
      ? { name, text: '', lost: `The earlier study searched ${name}, which this server does not know.` }
      : { name, ...typedAgain(dimension, range) };
  });
  return {
    texts: Object.fromEntries(typed.map(({ name, text }) => [name, text] as const)),
    lost: typed.flatMap(({ lost }) => (lost === null ? [] : [lost])),
  };
}

/** Fills the wizard with the settings of an earlier study. */
export function choicesLike(name: string, asked: StudyRequest, offer: Offer): Like {
  const { budget } = asked;
  const sampler = nameLike('sampler', asked.sampler, offer.samplers);
  const pruner = nameLike('pruner', asked.pruner, offer.pruners);
  const space = spaceLike(asked, offer);
  const effort = efforts.find(({ trials, epochs }) => trials === budget.trials && epochs === budget.epochs);
  const lost = [
    ...sampler.lost,
    ...pruner.lost,
    ...(budget.trials === null ? ['The earlier study had no limit of trials; this one has.'] : []),
    ...(asked.training.patience === null ? ['The earlier study had no patience; this one has.'] : []),
    ...space.lost,
  ];
  const choices: Choices = {
    ...usualChoices,
    name: `${name}, again`,
    backbones: asked.backbones,
    effort: effort?.value ?? usualChoices.effort,
    trials: effort === undefined ? budget.trials : null,
    epochs: effort === undefined ? budget.epochs : null,
    minutes: budget.seconds === null ? null : budget.seconds / 60,
    space: space.texts,
    sampler: sampler.name,
    pruner: pruner.name,
    baseline: asked.baseline,
    commercial: asked.commercial,
    seed: asked.seed,
    more: moreLike(asked, offer),
  };
  return { choices, lost };
}
