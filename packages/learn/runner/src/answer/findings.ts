import { searchedTrials, type Advice, type ProbeRecord, type TrialRecord } from '@espalier/study';
import type { ProbePlan } from '../probes/plan.js';
import type { Probed } from '../probes/probing.js';
import type { Session } from '../study/session.js';
import { adviceOn, type Findings } from './advice.js';
import type { Decision } from './decide.js';
import type { Verdicts } from './finish.js';
import { learningCurve, type LearningCurve } from './learningCurve.js';

/** What a study advises, and the curve that a part of it rests on. */
export interface Advised {
  readonly advice: readonly Advice[];
  /** Null where there were too few examples for one, or no time. */
  readonly learningCurve: LearningCurve | null;
}

/** Draws advice from a study whose answer is found. */
export async function advise(
  session: Session,
  probed: readonly Probed[],
  trials: readonly TrialRecord[],
  { decision, verdicts }: { readonly decision: Decision; readonly verdicts: Verdicts },
): Promise<Advised> {
  const { data, objective } = session;
  const curve = await learningCurve(session, probed);
  const advice = adviceOn({
    objective,
    examples: Object.values(data.splits).reduce((sum, { length }) => sum + length, 0),
    classes: data.classes.length,
    ...extremes(session),
    probes: probesOf(
      probed.map(({ record }) => record),
      (await session.probing()).plans,
      session,
    ),
    plain: decision.plain,
    tuned: decision.tuned,
    trials: searchedTrials(trials).filter(({ epochs }) => epochs.length > 0).length,
    ...verdicts.beside,
    versusRandom: verdicts.transfer?.versusBaseline ?? null,
    curve,
  });
  return { advice, learningCurve: curve };
}

/** The smallest class and the largest of the training split. */
function extremes({ data }: Session): Pick<Findings, 'smallest' | 'largest'> {
  const counts = data.classes.map((name, label) => ({
    name,
    count: data.splits.train.filter((example) => example.label === label).length,
  }));
  counts.sort((a, b) => a.count - b.count);
  const none = { name: '', count: 0 };
  return { smallest: counts[0] ?? none, largest: counts.at(-1) ?? none };
}

/** How the last features of the leading network stand beside the best of its probes. */
function probesOf(
  records: readonly ProbeRecord[],
  plans: readonly ProbePlan[],
  { objective }: Session,
): Findings['probes'] {
  const own = records.filter(
    ({ role, backbone, parts }) => role === 'probe' && parts.every(({ source }) => source === backbone),
  );
  const [best] = own.toSorted((a, b) => a.loss - b.loss);
  // The first plan of a network is of its last features, which may be over a limit.
  const first = plans.findIndex(({ backbone }) => backbone === best?.backbone);
  const last = own.find(({ number }) => number === first);
  if (best?.backbone == null || last === undefined) return null;
  const apart = objective.direction === 'maximise' ? best.low > last.value : best.high < last.value;
  return { backbone: best.backbone, last: last.value, best: best.value, bestTitle: best.title, apart };
}
