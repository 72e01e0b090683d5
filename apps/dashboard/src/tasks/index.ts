import type { StudyReport } from '@espalier/study';
import { classification } from './classification';
import { plain } from './plain';
import type { TaskView } from './view';

/** Views by the name of the task. */
const views: Readonly<Record<string, TaskView>> = { classification };

/** The view of a report's task; the one that fits every task where it has none of its own. */
export const viewOf = ({ task }: Pick<StudyReport, 'task'>): TaskView =>
  Object.hasOwn(views, task) ? (views[task] ?? plain) : plain;
