'use client';

import { useQueries } from '@tanstack/react-query';
import { api, type Study } from '../../src/api';
import { duration, rate, trialTitle } from '../../src/format';

/** A study, or one of its trials, as an address names it: `study` or `study.trial`. */
export interface Chosen {
  readonly studyId: string;
  /** Null for the best one. */
  readonly trialId: string | null;
}

export const parseChosen = (text: string): Chosen => {
  const [studyId = '', trialId = null] = text.split('.');
  return { studyId, trialId };
};
export const formatChosen = ({ studyId, trialId }: Chosen): string =>
  trialId === null ? studyId : `${studyId}.${trialId}`;

/** One thing that is compared. */
export type Compared = Awaited<ReturnType<typeof load>>;

export function useCompared(chosen: readonly Chosen[]) {
  return useQueries({
    queries: chosen.map((one) => ({ queryKey: ['compared', formatChosen(one)], queryFn: () => load(one) })),
  });
}

async function load({ studyId, trialId }: Chosen) {
  const [study, report, best] = await Promise.all([
    api.studies.get.query({ id: studyId }),
    api.studies.report.query({ id: studyId }),
    api.trials.leaderboard.query({ studyId, limit: 1 }),
  ]);
  const shownId = trialId ?? best[0]?.id;
  const trial = shownId === undefined ? null : await api.trials.get.query({ id: shownId });
  const title = trial === null ? '' : `, ${trialId === null ? 'best: ' : ''}${trialTitle(trial.number)}`;
  // Only the best trial of a finished study was tested.
  const test = report !== null && report.best.trial === trial?.number ? report.best.test : null;
  return { name: `${study.name}${title}`, study, trial, test, settings: settingsOf(study, trial) };
}

type Trial = Awaited<ReturnType<typeof api.trials.get.query>>;

function settingsOf(study: Study, trial: Trial | null): Readonly<Record<string, string>> {
  return {
    ...(trial !== null && {
      Backbone: trial.backbone,
      'Frozen stages': String(trial.freezeDepth),
      'Learning rate': rate(trial.learningRate),
      'Layer decay': String(trial.layerDecay),
      'Weight decay': String(trial.weightDecay),
      Augmentation: trial.augmentation,
    }),
    'Trials of the study': String(study.trials),
    'Work of the study': duration(study.elapsed),
    ...flat(study.settings),
  };
}

/** Settings of a study with dots between the names, but for those of its machine. */
function flat(value: unknown, path: readonly string[] = []): Record<string, string> {
  if (path[0] === 'cache' || path[0] === 'command') return {};
  if (value === null) return { [path.join('.')]: '–' };
  if (typeof value !== 'object' || Array.isArray(value)) {
    return { [path.join('.')]: Array.isArray(value) ? value.join(', ') : String(value) };
  }
  return Object.assign(
    {},
    ...Object.entries(value).map(([name, inner]) => flat(inner, [...path, name])),
  ) as Record<string, string>;
}
