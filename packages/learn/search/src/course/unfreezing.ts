import { kept, type Configuration, type TrialRecord, type Value } from '@espalier/study';
import { startNamed } from '../dimensions/start.js';
import { methodOf } from '../methods/index.js';

/**
 * The trial that one begins from, where its configuration asks for that: the best one of its backbone that froze
 * more and became better than its own start. Null where it begins with the probe.
 */
export function startOf(trials: readonly TrialRecord[], configuration: Configuration): TrialRecord | null {
  if (startNamed(configuration.values['start']) !== 'trial') return null;
  const possible = kept(trials).filter(
    (other) =>
      other.improved === true &&
      other.configuration.backbone === configuration.backbone &&
      methodOf(other.configuration) === methodOf(configuration) &&
      frozeMore(other.configuration.values, configuration.values),
  );
  return possible[0] ?? null;
}

type Values = Readonly<Record<string, Value>>;

/** Whether all that one has trained is trained by another, which trains more stages. */
function frozeMore(one: Values, other: Values): boolean {
  const number = (values: Values, name: string): number => Number(values[name] ?? 0);
  return (
    number(one, 'freezeDepth') > number(other, 'freezeDepth') &&
    number(one, 'frozenTail') >= number(other, 'frozenTail') &&
    number(one, 'adapterRank') === number(other, 'adapterRank') &&
    (other['normalisation'] !== 'freeze' || one['normalisation'] === 'freeze')
  );
}

/** The trials that one goes back to, the first of them first. */
export function ancestorsOf(
  trials: readonly TrialRecord[],
  { startedFrom }: Pick<TrialRecord, 'startedFrom'>,
): readonly TrialRecord[] {
  if (startedFrom === undefined) return [];
  const parent = trials.find(({ role, number }) => role === 'searched' && number === startedFrom);
  return parent === undefined ? [] : [...ancestorsOf(trials, parent), parent];
}
