import { inSentence } from '@espalier/study/words';
import { withInterval } from '../format';
import type { TaskView } from './view';

/** The view of a task that has none of its own. */
export const plain: TaskView = {
  result: ({ best, metric }) =>
    `On the test split its ${inSentence(metric.label)} is ${withInterval(best.test, metric)}.`,
  facts: () => [],
};
