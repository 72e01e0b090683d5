import { fileURLToPath } from 'node:url';
import { EVENTS_VERSION, type StudyHeader } from '../course/events.js';
import type { Range } from '../search/range.js';
import { studyRequestSchema } from '../course/request.js';

export { journalEvents } from './histories.js';
export { storageTests, type MakeStorage, type StorageHarness, type StorageTest } from './storage.js';

/** The header of a study of one backbone. */
export function headerOf(
  startedAt: string,
  freezeDepths: readonly [number, ...number[]] = [0, 1, 2],
): StudyHeader {
  const list = (...values: readonly (number | string)[]): Range => ({ kind: 'choices', values });
  const settings = studyRequestSchema.parse({
    command: 'espalier search pets',
    dataset: { path: '/pets' },
    backbones: ['tiny'],
  });
  return {
    type: 'study',
    version: EVENTS_VERSION,
    startedAt,
    settings,
    environment: { cache: { folder: '/cache', bytes: 1000 } },
    space: {
      backbones: [{ id: 'tiny', ranges: { freezeDepth: list(...freezeDepths) } }],
      ranges: {
        learningRate: { kind: 'logUniform', low: 3e-4, high: 1e-2 },
        layerDecay: list(0.7, 0.85, 1),
        weightDecay: list(0.01, 0.05),
        augmentation: list('none'),
      },
    },
    objective: { name: 'accuracy', label: 'Accuracy', direction: 'maximise', unit: 'share' },
    data: 'data',
    models: ['model'],
    elapsed: 0,
  };
}

/** The folder of a finished study of version 1: its journal and its report. */
export const formerStudyFolder = fileURLToPath(new URL('../../goldens/version-1', import.meta.url));
