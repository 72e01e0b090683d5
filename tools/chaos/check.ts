import type { Evidence } from './evidence.js';
import type { Acknowledged } from './platform.js';

/** Collects what differs. */
interface Findings {
  readonly faults: string[];
  readonly same: (what: string, found: unknown, expected: unknown) => void;
}

function findings(): Findings {
  const faults: string[] = [];
  return {
    faults,
    same: (what, found, expected) => {
      const [x, y] = [JSON.stringify(found), JSON.stringify(expected)];
      if (x !== y) faults.push(`${what} is ${x} and not ${y}`);
    },
  };
}

type Kept = readonly Pick<Acknowledged, 'trial' | 'epoch'>[];

/** Finds the faults of a study that survived kills; none if it equals a study without kills. */
export function faultsOf(found: Evidence, expected: Evidence, acknowledged: Kept): string[] {
  const { faults, same } = findings();
  for (const part of ['trials', 'files'] as const) {
    const names = new Set([...Object.keys(expected[part]), ...Object.keys(found[part])]);
    for (const name of names) same(`${part}: ${name}`, found[part][name], expected[part][name]);
  }
  for (const part of ['state', 'reason', 'prediction', 'report'] as const) {
    same(`its ${part}`, found[part], expected[part]);
  }
  for (const part of ['decisions', 'artifacts', 'leftovers'] as const) {
    const [more, fewer] = differences(found[part], expected[part]);
    if (fewer.length > 0) faults.push(`${part} are lost: ${fewer.join('; ')}`);
    if (more.length > 0) faults.push(`${part} are too many: ${more.join('; ')}`);
  }
  return [...faults, ...lossesIn(found, expected, acknowledged)];
}

interface TrialEvidence {
  readonly state: string;
  readonly reason: string | null;
}

const crashed = (trial: unknown): boolean => {
  const { state, reason } = trial as TrialEvidence;
  return state === 'failed' && /was killed|memory/.test(reason ?? '');
};

/**
 * The same where the process that trains was killed alone, as where memory runs out: its trial fails and
 * says why. All else is as without kills, or where the best trial is among them, whole in itself.
 *
 * @param crashes processes that were killed alone
 */
export function faultsAfterCrashes(
  found: Evidence,
  expected: Evidence,
  { acknowledged, crashes }: { readonly acknowledged: Kept; readonly crashes: number },
): string[] {
  const failed = Object.keys(found.trials).filter((number) => crashed(found.trials[number]));
  if (failed.length === 0) return faultsOf(found, expected, acknowledged);
  const { faults, same } = findings();
  if (failed.length > crashes) faults.push(`${failed.length} trials crashed, and ${crashes} were killed`);
  same('the trials', Object.keys(found.trials).sort(), Object.keys(expected.trials).sort());
  for (const [number, trial] of Object.entries(found.trials)) {
    if (!failed.includes(number)) same(`trial ${number}`, trial, expected.trials[number]);
  }
  same('its state', found.state, 'finished');
  same('what it wrote', Object.keys(found.files).sort(), Object.keys(expected.files).sort());
  for (const artifact of found.artifacts) {
    const [name = '', hash] = artifact.split(' ');
    if (found.files[name] === undefined) faults.push(`${name} is spoken of and is not there`);
    else if (hash !== undefined) same(name, found.files[name], hash);
  }
  same('how many decisions there are', found.decisions.length, expected.decisions.length);
  if (!Array.isArray(found.prediction))
    faults.push(`its model predicts nothing: ${String(found.prediction)}`);
  return [...faults, ...lossesIn(found, expected, acknowledged)];
}

/** Lists the losses and repetitions that kills caused. */
function lossesIn(found: Evidence, expected: Evidence, acknowledged: Kept): string[] {
  const { faults, same } = findings();
  same('what its history adds up to', found.told.toSorted(), found.epochs.toSorted());
  const kept = new Set(found.epochs);
  for (const { trial, epoch } of acknowledged) {
    if (!kept.has(`${trial} ${epoch}`))
      faults.push(`epoch ${epoch} of trial ${trial} was acknowledged and is lost`);
  }
  if (found.events.gap) faults.push('its events have a gap');
  const { ends } = found.events;
  if (new Set(ends).size !== ends.length) faults.push(`trials ended twice: ${ends.join(', ')}`);
  same('the trials whose end was told', [...ends].sort(), [...expected.events.ends].sort());
  if (found.openTasks > 0) faults.push(`${found.openTasks} of its tasks are still open`);
  return faults;
}

/** Lists the surplus and the missing entries of a list against another; entries may repeat. */
function differences(found: readonly string[], expected: readonly string[]): [string[], string[]] {
  const counts = new Map<string, number>();
  for (const one of found) counts.set(one, (counts.get(one) ?? 0) + 1);
  for (const one of expected) counts.set(one, (counts.get(one) ?? 0) - 1);
  const where = (matches: (count: number) => boolean): string[] =>
    [...counts].flatMap(([text, count]) => (matches(count) ? [text] : []));
  return [where((count) => count > 0), where((count) => count < 0)];
}
