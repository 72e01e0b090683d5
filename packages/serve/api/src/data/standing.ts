import { readRequest, taskProgressSchema } from '@espalier/queue';
import { timeLeft, type Phase, type StudyRequest, type TrialRole } from '@espalier/study';
import type { Prisma } from '@espalier/store';
import type { Standing, UnderWay } from '../answers/studies.js';

/** A study's row, as far as it tells where the study stands. */
export interface StandingRow {
  readonly id: string;
  readonly state: string;
  readonly settings: unknown;
  /** Reason for the end of the search; null while it runs. */
  readonly reason: string | null;
}

/** Reads the request of a study; null for settings of an unknown version. */
export function requestOf(settings: unknown): StudyRequest | null {
  try {
    return readRequest(settings);
  } catch {
    return null;
  }
}

const ENDED = { notIn: ['waiting' as const, 'running' as const, 'cancelled' as const] };

/**
 * Progress of a study, of the queue or in a folder.
 *
 * @param elapsed seconds of its work until now
 */
export async function standingOf(
  client: Prisma.TransactionClient,
  row: StandingRow,
  elapsed: number,
): Promise<Standing> {
  const { id: studyId, state, settings } = row;
  const searched = { studyId, role: 'searched' as const, state: ENDED };
  const [tasks, ended, spent, running] = await Promise.all([
    client.task.findMany({
      where: { studyId, state: 'running' },
      orderBy: { id: 'asc' },
      include: { trial: { select: { role: true, number: true } }, worker: { select: { name: true } } },
    }),
    client.trial.count({ where: searched }),
    client.metric.aggregate({ _sum: { seconds: true }, where: { trial: searched } }),
    client.trial.findMany({ where: { studyId, state: 'running' }, select: { role: true } }),
  ]);
  const underWay = tasks.map(({ kind, trial, worker, progress }): UnderWay => ({
    kind,
    role: trial?.role ?? null,
    trial: trial?.number ?? null,
    worker: worker?.name ?? null,
    progress: taskProgressSchema.safeParse(progress).data ?? null,
  }));
  const budget = requestOf(settings)?.budget;
  const most = { trials: budget?.trials ?? null, seconds: budget?.seconds ?? null };
  const roles = running.map(({ role }) => role);
  const phase = state === 'running' ? phaseOf(row, underWay, roles) : null;
  const seconds = ended === 0 ? null : (spent._sum.seconds ?? 0) / ended;
  const pace = { ended, trialSeconds: seconds, atOnce: Math.max(1, roles.length), elapsed };
  return {
    ...{ phase, underWay, ended, most: most.trials },
    left: phase === null ? null : timeLeft({ ...pace, ...paceOf(phase, underWay) }, most),
  };
}

/** Finds the phase from the workers' progress; for a study in a folder, from its trials. */
function phaseOf(
  { reason }: StandingRow,
  underWay: readonly UnderWay[],
  running: readonly TrialRole[],
): Phase | null {
  if (running.includes('searched')) return 'training';
  const told = underWay.flatMap(({ progress }) => progress?.phase ?? []);
  if (told[0] !== undefined) return told[0];
  if (running.length > 0) return 'baseline';
  if (reason !== null) return 'finishing';
  return underWay.some(({ kind }) => kind === 'plan') ? 'reading' : null;
}

function paceOf(phase: Phase, underWay: readonly UnderWay[]) {
  const progress = underWay.map((one) => one.progress).find((one) => one?.phase === phase) ?? null;
  const known = progress ?? { phase, done: 0, total: 0 };
  const phaseSeconds = progress === null ? 0 : (Date.now() - Date.parse(progress.since)) / 1000;
  return { progress: known, phaseSeconds };
}
