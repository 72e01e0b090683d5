import { scientific } from '../scientific.js';
import { isRecord } from './record.js';
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

const objective = { name: 'accuracy', label: 'Accuracy', direction: 'maximise', unit: 'share' };

const recordOr = (value: unknown): Fields => (isRecord(value) ? value : {});
const listOr = (value: unknown): readonly unknown[] => (Array.isArray(value) ? value : []);

/** Brings a report of version 1 into today's form; what is no report of version 1 stays as it is. */
export function formerReport(given: unknown): unknown {
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
      objective,
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
