import { trialWeights } from '../../answer/weights.js';
import { assembleModel } from '../../answer/export.js';
import { runPersisted } from '../../training/persisted.js';
import { cardOfTrial } from '../card.js';
import type { TransferMethod } from '../method.js';
import { foldTrial, predictWith, retrain } from './retrain.js';
import { taskOf } from './task.js';

const frozen: TransferMethod['frozen'] = ({ values }) => Number(values['freezeDepth'] ?? 0);

/** Trains the stages behind the freeze depth and the head from cached activations. */
export const tune: TransferMethod = {
  train: async (session, { name, configuration, epochs, ...run }) =>
    runPersisted(session, { ...run, task: await taskOf(session, configuration, name, epochs) }),
  validate: async (session, trial) => {
    const weights = await trialWeights(session, trial.number);
    return predictWith(session, trial, weights, session.data.splits.validation);
  },
  judge: foldTrial,
  fit: async (session, trial, scope) => {
    const { data, judging, starts } = session;
    const { backbone } = trial.configuration;
    const all = scope === 'everything';
    const again = {
      name: `trial-${trial.number}-${scope}`,
      trial,
      train: all ? [...judging.labelled, ...data.splits.test] : judging.labelled,
      start: () => (all ? starts.onEverything(backbone) : starts.on(backbone, () => true)),
    };
    const trained =
      scope === 'searched' ? await trialWeights(session, trial.number) : await retrain(session, again);
    const { prepared } = session.candidate(backbone);
    return {
      predict: (examples) => predictWith(session, trial, trained, examples),
      model: () =>
        assembleModel(
          prepared,
          trained,
          cardOfTrial(session, trial.configuration, frozen(trial.configuration)),
        ),
    };
  },
  assemble: assembleModel,
  frozen,
  cost: 2,
  tolerance: 1e-4,
};
