import { assembleModel } from '../../answer/export.js';
import { trialWeights } from '../../answer/weights.js';
import type { Session } from '../../study/session.js';
import type { Weights } from '../../training/checkpoint.js';
import { runPersisted } from '../../training/persisted.js';
import { untrainedWeights } from '../../training/start.js';
import { cardOfTrial } from '../card.js';
import type { FittedModel, Members, Scope, TransferMethod } from '../method.js';
import { foldTrials, predictWith, retrainAll, underSeed } from './retrain.js';
import { goTogether, meanWeights } from './soup.js';
import { together } from './together.js';
import { taskOf } from './task.js';

const frozen: TransferMethod['frozen'] = ({ values }) => Number(values['freezeDepth'] ?? 0);

/** The mean of the weights that trials learnt in the search. */
async function searchedWeights(session: Session, members: Members): Promise<Weights> {
  const weights: Weights[] = [];
  for (const { trial } of members) weights.push(await trialWeights(session, trial.number));
  return meanWeights(weights);
}

/** What trials say of the validation split by the weights that they learnt in the search. */
const validate = async (session: Session, members: Members): Promise<Float32Array> =>
  predictWith(
    session,
    members[0].trial,
    await searchedWeights(session, members),
    session.data.splits.validation,
  );

/** Trains configurations on more examples, and takes the mean of their weights; or that of what the search trained. */
async function fit(session: Session, members: Members, scope: Scope): Promise<FittedModel> {
  const { data, judging, starts } = session;
  const [{ trial }] = members;
  const { backbone } = trial.configuration;
  const all = scope === 'everything';
  const examples = {
    scope,
    train: all ? [...judging.labelled, ...data.splits.test] : judging.labelled,
    start: () => (all ? starts.onEverything(backbone) : starts.on(backbone, () => true)),
  };
  const trained =
    scope === 'searched'
      ? await searchedWeights(session, members)
      : await retrainAll(session, members, examples);
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
}

/** Trains the stages behind the freeze depth and the head from cached activations. */
export const tune: TransferMethod = {
  train: async (session, { name, configuration, epochs, startedFrom, ...run }) =>
    runPersisted(session, { ...run, task: await taskOf(session, configuration, name, epochs, startedFrom) }),
  together,
  validate: (session, trial) => validate(session, [{ trial, ancestors: [] }]),
  judge: (session, one) => foldTrials(session, [one]),
  fit: (session, one, scope) => fit(session, [one], scope),
  again: (session, one, seed) => underSeed(session, [one], seed),
  soup: {
    goTogether,
    validate,
    judge: (session, members) => foldTrials(session, members),
    fit,
    again: underSeed,
  },
  assemble: assembleModel,
  untrained: (session, configuration) => {
    const { prepared } = session.candidate(configuration.backbone);
    const weights = untrainedWeights(prepared, session.kind.outputs(session.labels));
    const card = cardOfTrial(session, configuration, frozen(configuration));
    return Promise.resolve(assembleModel(prepared, weights, card));
  },
  frozen,
  cost: 2,
  tolerance: 1e-4,
};
