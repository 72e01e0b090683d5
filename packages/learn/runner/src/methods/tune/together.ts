import { isHead } from '../../training/heads/head.js';
import { runPersistedHeads, type HeadTrial } from '../../training/heads/persisted.js';
import { keyOfHeads } from '../../training/trainers.js';
import { policyOf, recipeFor } from '../../study/recipe.js';
import type { Together } from '../method.js';
import { taskOf, warmStartOf } from './task.js';

/** Heads of one backbone on the same cached features, which one graph trains. */
export const together: Together = {
  key: async (session, configuration) => {
    const { prepared } = session.candidate(configuration.backbone);
    const recipe = recipeFor(session, configuration);
    // An earlier study standardised the features by its own examples.
    if (!isHead({ recipe, prepared }) || (await warmStartOf(session, configuration)) !== null) return null;
    return `${keyOfHeads(prepared, recipe)} ${policyOf(recipe)}`;
  },
  train: async (session, runs) => {
    const trials: HeadTrial[] = [];
    for (const { name, configuration, epochs, startedFrom, ...run } of runs) {
      trials.push({ ...run, task: await taskOf(session, configuration, name, epochs, startedFrom) });
    }
    const [first, ...others] = trials;
    if (first === undefined) return;
    const { prepared, recipe } = first.task;
    await runPersistedHeads(session, await session.pool.heads(prepared, recipe), [first, ...others]);
  },
};
