import { tmpdir } from 'node:os';
import { openData, type StudyData } from '@espalier/runner';
import { mapOf } from './map.js';
import { membersOf } from './members.js';
import {
  inspectOptionsSchema,
  type InspectOptions,
  type InspectProgress,
  type Inspection,
  type Member,
} from './summary.js';

const MOST_CORRUPT = 100;
const MOST_LEAKS = 100;

export interface InspectHooks {
  readonly signal?: AbortSignal;
  readonly onProgress?: (progress: InspectProgress) => void;
}

/**
 * Reads a dataset as a study would and tells what is in it. It takes a core for seconds to minutes.
 *
 * @throws DatasetError with a sentence for people; the signal's reason
 */
export async function inspectDataset(
  path: string,
  options: InspectOptions = {},
  { signal, onProgress }: InspectHooks = {},
): Promise<Inspection> {
  const asked = inspectOptionsSchema.parse(options);
  const data = await openData(path, {
    ...asked,
    ...(signal && { signal }),
    onProgress: (done, total) => onProgress?.({ phase: 'reading', done, total }),
  });
  const map = await mapOf(data, {
    seed: asked.seed,
    cacheFolder: tmpdir(),
    ...(signal && { signal }),
    ...(onProgress && { onProgress }),
  });
  const members = membersOf(data).map(({ member }) => member);
  return { summary: { ...summaryOf(data, members), map }, members };
}

function summaryOf(data: StudyData, members: readonly Member[]): Omit<Inspection['summary'], 'map'> {
  const { classes, splits, corrupt, leaks } = data;
  const byId = new Map(members.map((member) => [member.id, member]));
  const countsOf = (split: Member['split']): number[] =>
    classes.map((_, label) => splits[split].filter((example) => example.label === label).length);
  return {
    version: 1,
    modality: data.modality,
    classes: [...classes],
    labelsFrom: data.labelsFrom,
    examples: members.length,
    splits: { train: countsOf('train'), validation: countsOf('validation'), test: countsOf('test') },
    corrupt: { count: corrupt.length, first: corrupt.slice(0, MOST_CORRUPT).map((one) => ({ ...one })) },
    leaks: {
      count: leaks.length,
      nearest: leaks.slice(0, MOST_LEAKS).map(({ a, b, distance }) => ({
        a: byId.get(a.id) as Member,
        b: byId.get(b.id) as Member,
        distance,
      })),
    },
    imbalance: data.balance.note ?? null,
    notes: [...data.notes],
    hash: data.hash,
  };
}
