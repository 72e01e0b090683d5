import { probabilitiesOf, train } from './train.js';
import { trialWeights } from '../../answer/weights.js';
import type { TransferMethod } from '../method.js';
import { fittedParts, probingOf } from './fitted.js';
import { untrainedProbe } from '../../probes/untrained.js';
import { partsOf, readingOf } from './reading.js';
import { assembleProbe, chosenIn, probeIn } from './weights.js';

/**
 * Fits a linear classifier to the frozen, standardised features of one depth (Alain & Bengio, 2017), its
 * penalty chosen by folds over the training split.
 */
export const probe: TransferMethod = {
  train,
  validate: async (session, trial) => {
    const { probing } = await readingOf(session, trial.configuration);
    const fitted = probeIn(await trialWeights(session, trial.number), trial.configuration.backbone);
    return probabilitiesOf(session, probing, fitted, session.data.splits.validation);
  },
  judge: async (session, { trial }) => {
    const { probing, parts, classifier } = await readingOf(session, trial.configuration);
    const { penalty } = chosenIn(await trialWeights(session, trial.number));
    return (await probing.validate(parts, { classifier, penalties: [penalty] })).probabilities;
  },
  fit: async (session, { trial }, scope) => {
    const chosen = chosenIn(await trialWeights(session, trial.number));
    const { parts, classifier } = await readingOf(session, trial.configuration);
    return fittedParts(session, await probingOf(session, scope), parts, { ...chosen, classifier });
  },
  assemble: assembleProbe,
  untrained: async (session, configuration) => {
    const probing = await session.probing();
    return untrainedProbe(probing, partsOf(probing, configuration), session.data.classes.length);
  },
  frozen: ({ values }) => Number(values['featureDepth']),
  cost: 0,
  tolerance: 1e-3,
};
