import type { Offer } from './api';
import type { Asked } from './asked';
import { numberChoices, oneChoicesOf, textChoices, type More } from './more';
import { typedAgain } from './space';
import { efforts, usualChoices, type Choices } from './wizard';

/** The wizard's choices, set as an earlier study was asked. */
export interface Like {
  readonly choices: Choices;
  /** What that study was asked and the wizard cannot ask, a sentence each. */
  readonly lost: readonly string[];
}

/** A setting by the path that the server is asked it by; shares of the split are the dataset's in a study. */
function valueAt(asked: Asked, path: string): unknown {
  const [first = '', second] = path.split('.');
  const all: Readonly<Record<string, unknown>> = { ...asked.dataset, ...asked };
  const found = all[first];
  if (second === undefined) return found;
  return (found as Readonly<Record<string, unknown>> | undefined)?.[second];
}

function moreLike(asked: Asked, offer: Offer): More {
  const numbers = numberChoices.flatMap(({ path, usual }) => {
    const value = valueAt(asked, path);
    return typeof value === 'number' && value !== usual ? [[path, value] as const] : [];
  });
  const texts = textChoices.flatMap(({ path, usual, read }) => {
    const text = String(valueAt(asked, path));
    // Read, they are the same however their numbers are written.
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

/** A name as it was, or the usual one where nobody has it any more. */
function nameLike(
  kind: 'sampler' | 'pruner',
  wanted: string,
  known: readonly string[],
): { readonly name: string; readonly lost: readonly string[] } {
  if (known.includes(wanted)) return { name: wanted, lost: [] };
  const name = usualChoices[kind];
  return { name, lost: [`It had the ${kind} ${wanted}, which is not here; now it has ${name}.`] };
}

function spaceLike({ space }: Asked, { dimensions }: Offer) {
  const typed = Object.entries(space).map(([name, range]) => {
    const dimension = dimensions.find((one) => one.name === name);
    return dimension === undefined
      ? { name, text: '', lost: `It searched ${name}, which is no dimension here.` }
      : { name, ...typedAgain(dimension, range) };
  });
  return {
    texts: Object.fromEntries(typed.map(({ name, text }) => [name, text] as const)),
    lost: typed.flatMap(({ lost }) => (lost === null ? [] : [lost])),
  };
}

/** The wizard's choices for another study like one. */
export function choicesLike(name: string, asked: Asked, offer: Offer): Like {
  const { budget } = asked;
  const sampler = nameLike('sampler', asked.sampler, offer.samplers);
  const pruner = nameLike('pruner', asked.pruner, offer.pruners);
  const space = spaceLike(asked, offer);
  const effort = efforts.find(({ trials, epochs }) => trials === budget.trials && epochs === budget.epochs);
  const lost = [
    ...sampler.lost,
    ...pruner.lost,
    ...(budget.trials === null ? ['Its trials had no limit; here they have one.'] : []),
    ...(asked.training.patience === null ? ['Its trials ran to their end; here they have a patience.'] : []),
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
