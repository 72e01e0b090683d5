import type { StudyResult } from '@espalier/runner';
import { costs, frontsOf } from '@espalier/search';
import type { ReportedCost, StudyHeader, StudyReport } from '@espalier/study';

type Leaderboard = StudyResult['best']['leaderboard'];

/** The costs of a leaderboard's lines, and the lines that no other beats. */
export function costsOf(
  { settings, objective }: Pick<StudyHeader, 'settings' | 'objective'>,
  leaderboard: Leaderboard,
): Pick<StudyReport, 'costs' | 'front'> {
  const { limits = {}, also = [] } = settings;
  const known = costs
    .entries()
    .filter(([name]) => leaderboard.every((line) => line.costs[name] !== undefined));
  const reported = known.map(([name, { label, help, units, of }]): ReportedCost => ({
    ...{ name, label, help },
    units: units.map((unit) => ({ ...unit })),
    limit: limits[name] ?? null,
    weighed: of === 'network' || also.includes(name),
  }));
  const weighed = reported.filter((cost) => cost.weighed).map(({ name }) => name);
  if (weighed.length === 0) return { costs: reported, front: [] };
  const sign = objective.direction === 'maximise' ? 1 : -1;
  const [front = []] = frontsOf(
    leaderboard.map((line) => [sign * line.value, ...weighed.map((name) => -(line.costs[name] ?? NaN))]),
  );
  return { costs: reported, front: front.flatMap((index) => leaderboard[index]?.name ?? []) };
}
