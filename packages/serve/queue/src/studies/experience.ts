import { chooseExperience, samplers } from '@espalier/search';
import { EVENTS_VERSION, type StudyHeader } from '@espalier/study';
import { experienceOf, type EarlierTrial, type ExperienceRow } from '@espalier/study/experience';
import type { Transaction } from '@espalier/store';
import { readAsked, type StudyInput } from './plan.js';
import { readTrials, type LockedStudy } from './rows.js';

/** Finished studies of a project that are looked through at most, the newest first. */
const MOST_STUDIES = 50;

/** What a study that was planned learns from those of its project that have finished. */
export async function projectExperience(
  tx: Transaction,
  study: Pick<LockedStudy, 'id' | 'projectId' | 'settings'>,
  { plan, space, objective }: Pick<StudyInput, 'plan' | 'space' | 'objective'>,
): Promise<EarlierTrial[]> {
  const { settings } = study;
  // A sampler that is not installed here ends the study in a moment, with a reason.
  if (!samplers.has(settings.sampler) || samplers.get(settings.sampler).readsExperience !== true) return [];
  if (space === null || plan?.dataset === undefined) return [];
  const finished = await tx.study.findMany({
    where: { projectId: study.projectId, state: 'finished', folder: null, id: { not: study.id } },
    orderBy: { endedAt: 'desc' },
    take: MOST_STUDIES,
    omit: { report: true },
  });
  const rows: ExperienceRow[] = [];
  const { models, dataset } = plan;
  for (const row of finished) rows.push(...(await rowsOf(tx, row, models)));
  return chooseExperience(rows, { task: settings.task, objective, space, models, dataset });
}

type StudyRow = Awaited<ReturnType<Transaction['study']['findMany']>>[number];

/**
 * What the trials of a finished study have seen; nothing of one that has none of these backbones, or whose plan does
 * not tell of its examples.
 */
async function rowsOf(
  tx: Transaction,
  row: Omit<StudyRow, 'report'>,
  models: readonly string[],
): Promise<ExperienceRow[]> {
  const { settings, objective, space, plan } = readAsked(row);
  if (space === null || plan?.dataset === undefined || row.startedAt === null) return [];
  if (!plan.models.some((model) => models.includes(model))) return [];
  const header: StudyHeader = {
    ...{ type: 'study', version: EVENTS_VERSION, startedAt: row.startedAt.toISOString() },
    ...{ settings, objective, space, environment: null, elapsed: 0 },
    ...{ data: plan.data, models: plan.models },
  };
  const trials = await readTrials(tx, row.id);
  return experienceOf({ header, probes: plan.probes, trials }, plan.dataset);
}
