import type { KnownBaseline } from '../course/events.js';
import { isRecord } from './record.js';
import { formerEnvironment, formerRequest } from './request.js';
import { formerConfiguration, formerSpace } from './space.js';
import { accuracyObjective } from './standing.js';
import { formerEpoch, formerEpochs } from './trial.js';

/** Brings an event of version 1 into today's form; one of today stays as it is. */
export function formerEvent(given: unknown, baselines: readonly KnownBaseline[]): readonly unknown[] {
  if (!isRecord(given)) return [given];
  switch (given['type']) {
    case 'study':
      return [given['version'] === 1 ? formerHeader(given) : given];
    case 'trial-started':
      return [{ ...given, configuration: formerConfiguration(given['configuration']) }];
    case 'epoch':
      return [{ ...given, record: formerEpoch(given['record']) }];
    case 'scratch-epoch':
      // It named no backbone. What was trained is in the checkpoint, and told again when the baseline goes on.
      return [];
    case 'scratch-ended':
      return scratchEnded(given, baselines);
    default:
      return [given];
  }
}

type Fields = Readonly<Record<string, unknown>>;

const formerHeader = ({ settings, space, ...rest }: Fields): unknown => ({
  ...rest,
  version: 2,
  settings: formerRequest(settings),
  environment: formerEnvironment(settings),
  space: formerSpace(space),
  objective: accuracyObjective,
});

/** The number of the baseline with a learning rate; one that is heard of for the first time is the next. */
function numberOf(learningRate: unknown, baselines: readonly KnownBaseline[]): number {
  return baselines.find((known) => known.learningRate === learningRate)?.number ?? baselines.length;
}

function started({ elapsed, learningRate, backbone }: Fields, number: number): unknown {
  const values = { freezeDepth: 0, learningRate, layerDecay: 1, weightDecay: 0, augmentation: 'none' };
  return { type: 'trial-started', role: 'baseline', number, configuration: { backbone, values }, elapsed };
}

/** The end told of all epochs, and of the backbone. */
function scratchEnded(given: Fields, baselines: readonly KnownBaseline[]): readonly unknown[] {
  const { elapsed, learningRate, epochs, status, reason } = given;
  const number = numberOf(learningRate, baselines);
  const records = formerEpochs(epochs);
  return [
    started(given, number),
    ...(Array.isArray(records) ? records : []).map((record: unknown) => ({
      ...{ type: 'epoch', role: 'baseline', number, record, elapsed },
    })),
    { type: 'trial-ended', role: 'baseline', number, status, reason, elapsed },
  ];
}
