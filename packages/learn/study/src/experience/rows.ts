import { sha256Of } from '@espalier/base/files';
import type { StudyLog } from '../course/fold.js';
import { bestEpoch, gainOf, searchedTrials, type TrialRecord } from '../trials/trial.js';
import { EXPERIENCE_VERSION, type DatasetFacts, type ExperienceRow } from './row.js';

/** The rows of a study whose trials are over: one for each that has a probe to have gained over. */
export function experienceOf(
  { header, probes, trials }: Pick<StudyLog, 'header' | 'probes' | 'trials'>,
  dataset: DatasetFacts,
): ExperienceRow[] {
  const { settings, objective, startedAt, space, models, data } = header;
  const { name, direction } = objective;
  const study = sha256Of('experience', startedAt, data, settings.command, String(settings.seed));
  return searchedTrials(trials).flatMap(({ configuration, status, epochs }): ExperienceRow[] => {
    const index = space.backbones.findIndex(({ id }) => id === configuration.backbone);
    const fingerprint = models[index];
    // The probe of its last features comes first.
    const start = probes.find(({ backbone }) => backbone === configuration.backbone)?.value;
    if (status === 'running' || fingerprint === undefined || start === undefined) return [];
    const sign = direction === 'maximise' ? 1 : -1;
    const best = bestEpoch(epochs);
    const reached = best === null ? NaN : gainOf(best, objective) - sign * start;
    return [
      {
        ...{ version: EXPERIENCE_VERSION, study, startedAt, task: settings.task, dataset },
        backbone: { id: configuration.backbone, fingerprint },
        objective: { name, direction },
        ...{ values: configuration.values, status, start },
        gain: Number.isFinite(reached) ? reached : null,
        ...{ epochs: epochs.length, epochSeconds: meanSeconds(epochs) },
        work: workOf(space.backbones[index]?.work, configuration.values['freezeDepth']),
      },
    ];
  });
}

const meanSeconds = (epochs: TrialRecord['epochs']): number | null =>
  epochs.length === 0 ? null : epochs.reduce((sum, { seconds }) => sum + seconds, 0) / epochs.length;

const workOf = (work: readonly number[] | undefined, depth: unknown): number | null =>
  (typeof depth === 'number' ? work?.[depth] : undefined) ?? null;
