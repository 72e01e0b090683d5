import { compare, measure, metrics, type Predictions } from '@espalier/metrics';
import type { GrowthReport } from '@espalier/study';
import { groupsOf } from '../probes/judging.js';
import type { Session } from '../study/session.js';
import type { Earlier } from './earlier.js';
import { changesSince } from './grow.js';

type Grown = Pick<Session, 'data' | 'objective'>;

/**
 * What has changed since the study that this one grows.
 *
 * @param test of the answer, on the test examples, before it learnt from any of them
 */
export function growthReport(earlier: Earlier, session: Grown, test: Predictions): GrowthReport {
  const { before, now, found, added, gone, newClasses, goneClasses } = changesSince(earlier, session.data);
  return {
    folder: earlier.folder,
    examples: { before, now, found, added, gone },
    classes: { added: [...newClasses], gone: [...goneClasses] },
    test: compareAnswers(earlier, session, test),
  };
}

/** The two answers on the examples that both were tested by; null where the earlier one's are not known. */
function compareAnswers(
  { answers, splits, classes: former }: Earlier,
  { data, objective }: Grown,
  test: Predictions,
): GrowthReport['test'] {
  if (answers === null) return null;
  const rowOf = new Map(data.splits.test.map(({ contentHash }, row) => [contentHash, row]));
  const pairs = [...new Map(splits.test.map((hash, before) => [hash, before]))].flatMap(([hash, before]) => {
    const now = rowOf.get(hash);
    return now === undefined ? [] : [{ before, now }];
  });
  if (pairs.length === 0) return null;
  const width = answers.length / splits.test.length;
  const places = data.classes.map((name) => former.indexOf(name));
  const labels = pairs.map(({ now }) => test.labels[now] as number);
  const metric = metrics.get(objective.name);
  const groups = groupsOf(pairs.map(({ now }) => data.splits.test[now] as (typeof data.splits.test)[number]));
  const now = rowsOf(
    test.probabilities as Float32Array,
    data.classes.map((_, c) => c),
    pairs.map((pair) => pair.now),
  );
  const before = rowsOf(
    answers,
    places,
    pairs.map((pair) => pair.before),
    width,
  );
  const [last, first] = [
    { probabilities: now, labels },
    { probabilities: before, labels },
  ];
  return {
    examples: pairs.length,
    before: measure(metric, first, groups).value,
    now: measure(metric, last, groups).value,
    ...compare(metric, last, first, groups),
  };
}

/** Some rows of probabilities with their columns in another order; one that is not there is 0. */
function rowsOf(
  values: Float32Array,
  columns: readonly number[],
  rows: readonly number[],
  width = columns.length,
): Float32Array {
  const result = new Float32Array(rows.length * columns.length);
  rows.forEach((row, i) => {
    columns.forEach((column, c) => {
      if (column >= 0) result[i * columns.length + c] = values[row * width + column] as number;
    });
  });
  return result;
}
