import { scientific } from '../scientific.js';
import { isRecord } from './record.js';
import { accuracyObjective, formerStanding } from './standing.js';
import { formerConfiguration } from './space.js';
import { formerEpochs } from './trial.js';

type Fields = Readonly<Record<string, unknown>>;

/** The dimensions of version 1, as its reports named them. */
const labels: Readonly<Record<string, string>> = {
  freezeDepth: 'Frozen stages',
  learningRate: 'Learning rate',
  layerDecay: 'Layer decay',
  weightDecay: 'Weight decay',
  augmentation: 'Augmentation',
};

const recordOr = (value: unknown): Fields => (isRecord(value) ? value : {});
const majorityTitle = (label: string): string => `Always "${label}"`;

const listOr = (value: unknown): readonly unknown[] => (Array.isArray(value) ? value : []);

/** Brings a report of an earlier version into today's form; anything else stays as it is. */
export const formerReport = (given: unknown): unknown => ofVersion2(ofVersion1(given));

/** Version 2 measured all by the accuracy, whatever trials were compared by. */
function ofVersion2(given: unknown): unknown {
  if (!isRecord(given) || given['version'] !== 2) return given;
  const { best, baselines, ...rest } = given;
  const { estimate, train, validation, test, ...answer } = recordOr(best);
  return {
    ...rest,
    version: 3,
    task: 'classification',
    metric: accuracyObjective,
    ...('probes' in rest && { probes: listOr(rest['probes']).map(formerStanding) }),
    ...('leaderboard' in rest && { leaderboard: listOr(rest['leaderboard']).map(formerStanding) }),
    best: {
      ...answer,
      ...{ train: evaluationOf(train), validation: evaluationOf(validation), test: evaluationOf(test) },
      ...(estimate !== undefined && { estimate: formerStanding(estimate) }),
    },
    baselines: baselinesOfVersion2(recordOr(baselines)),
  };
}

function evaluationOf(given: unknown): unknown {
  if (!isRecord(given)) return given;
  const { examples, effectiveExamples, accuracy: value, interval, logLoss: loss } = given;
  const { low, high } = recordOr(interval);
  return {
    ...{ examples, value, low, high, loss, metrics: { accuracy: value } },
    ...(effectiveExamples !== undefined && { effectiveExamples }),
    classification: given,
  };
}

function baselinesOfVersion2({ majority, random, plain, ...rest }: Fields): unknown {
  const { label, accuracy: value } = recordOr(majority);
  return {
    ...rest,
    trivial: { title: majorityTitle(String(label)), value },
    random: isRecord(random) ? randomOfVersion2(random) : random,
    ...(plain !== undefined && { plain: formerStanding(plain) }),
  };
}

const randomOfVersion2 = ({ validationAccuracy, testAccuracy, ...rest }: Fields): unknown => ({
  ...rest,
  validation: validationAccuracy,
  test: testAccuracy,
});

function ofVersion1(given: unknown): unknown {
  if (!isRecord(given) || given['version'] !== 1) return given;
  const { search, trials, baselines, ...rest } = given;
  const searched = without(recordOr(search), 'batch', 'augmentation');
  const stages = new Map(
    listOr(rest['backbones']).map((one) => [recordOr(one)['id'], recordOr(one)['stages']] as const),
  );
  return {
    ...rest,
    version: 2,
    search: {
      ...searched,
      objective: accuracyObjective,
      dimensions: Object.entries(labels).map(([name, label]) => ({ name, label })),
    },
    trials: listOr(trials).map((trial) => formerTrial(recordOr(trial), stages)),
    baselines: formerBaselines(recordOr(baselines)),
  };
}

const without = (fields: Fields, ...names: readonly string[]): Fields =>
  Object.fromEntries(Object.entries(fields).filter(([name]) => !names.includes(name)));

function formerTrial(
  { validationAccuracy, epochs, configuration, ...rest }: Fields,
  stages: ReadonlyMap<unknown, unknown>,
): unknown {
  const today = recordOr(formerConfiguration(configuration));
  return {
    ...rest,
    configuration: today,
    written: Object.fromEntries(
      Object.entries(recordOr(today['values'])).map(([name, value]) => [
        name,
        writtenValue(name, value, stages.get(today['backbone'])),
      ]),
    ),
    metrics: typeof validationAccuracy === 'number' ? { accuracy: validationAccuracy } : null,
    epochs: formerEpochs(epochs),
  };
}

function writtenValue(name: string, value: unknown, stages: unknown): string {
  if (name === 'freezeDepth') return `${String(value)} of ${String(stages)}`;
  return name === 'learningRate' ? scientific(Number(value)) : String(value);
}

function formerBaselines({ scratch, scratchNote, ...rest }: Fields): unknown {
  const random = isRecord(scratch) ? { ...scratch, epochs: formerEpochs(scratch['epochs']) } : scratch;
  return { ...rest, random, randomNote: scratchNote };
}
