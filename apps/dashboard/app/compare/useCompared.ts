'use client';

import { useQueries } from '@tanstack/react-query';
import { answerOf, type Answer } from '../../src/study/answer';
import { api, type Study, type TrialWithEpochs } from '../../src/server/api';
import { viewOf } from '../../src/tasks';
import { inWords } from '../../src/request/request';
import { duration, trialTitle } from '../../src/format';

/** A study or one of its trials, as the address names it: `study` or `study.trial`. */
export interface Choice {
  readonly studyId: string;
  /** Null for the study's answer, or its best trial as long as there is no answer. */
  readonly trialId: string | null;
}

export const parseChoice = (text: string): Choice => {
  const [studyId = '', trialId = null] = text.split('.');
  return { studyId, trialId };
};
export const formatChoice = ({ studyId, trialId }: Choice): string =>
  trialId === null ? studyId : `${studyId}.${trialId}`;

/** One entry of the comparison. */
export type ComparisonEntry = Awaited<ReturnType<typeof load>>;

export function useCompared(chosen: readonly Choice[]) {
  return useQueries({
    queries: chosen.map((one) => ({ queryKey: ['compared', formatChoice(one)], queryFn: () => load(one) })),
  });
}

/** Number of trials searched for the one that a study answers with. */
const MOST_TRIALS = 100;

async function load({ studyId, trialId }: Choice) {
  const [study, report, best] = await Promise.all([
    api.studies.get.query({ id: studyId }),
    api.studies.report.query({ id: studyId }),
    api.trials.leaderboard.query({ studyId, limit: MOST_TRIALS }),
  ]);
  const [added, offer] = await Promise.all([
    api.backbones.added.query({ projectId: study.projectId }),
    api.offer.get.query(),
  ]);
  const answer = report === null ? null : answerOf(report);
  const shownId = trialId ?? (answer === null ? best[0] : best.find(isTrial(answer)))?.id;
  const trial = shownId === undefined ? null : await api.trials.get.query({ id: shownId });
  // A finished study tests only its answer, which need not be a trial.
  const answers =
    answer !== null && (trialId === null || (trial?.role === 'searched' && answer.trial === trial.number));
  const shown = answers ? answer : null;
  const scores = answers ? (report?.best ?? null) : null;
  return {
    name: nameOf(study, trialId === null ? answer : null, trialId, trial),
    study,
    trial,
    validation: scores?.validation.value ?? trial?.bestObjective ?? null,
    metric: scores === null || report === null ? study.objective : report.metric,
    test: scores?.test ?? null,
    facts: scores === null || report === null ? [] : viewOf(report).facts(scores.test),
    settings: {
      ...settingsOf(study, shown, trial),
      ...(study.asked !== null && Object.fromEntries(inWords(study.asked, added, offer))),
    },
  };
}

const isTrial =
  (answer: Answer) =>
  ({ number }: { readonly number: number }): boolean =>
    number === answer.trial;

function nameOf(
  study: Study,
  answer: Answer | null,
  trialId: string | null,
  trial: TrialWithEpochs | null,
): string {
  if (answer !== null) return `${study.name}, answer: ${answer.name}`;
  if (trial === null) return study.name;
  return `${study.name}, ${trialId === null ? 'best trial so far: ' : ''}${trialTitle(trial)}`;
}

function settingsOf(
  study: Study,
  answer: Answer | null,
  trial: TrialWithEpochs | null,
): Readonly<Record<string, string>> {
  return {
    ...(answer !== null && { Answer: answer.title, Backbone: answer.backbone ?? 'no network' }),
    ...(trial !== null && {
      Backbone: trial.backbone,
      ...Object.fromEntries(study.dimensions.map(({ name, label }) => [label, trial.written[name] ?? '–'])),
    }),
    'Trials of the study': String(study.trials),
    'Duration of the study': duration(study.elapsed),
  };
}
