import { registry } from '@espalier/base';
import { ReportError, type StudyReport } from '@espalier/study';
import { classification } from './classification/index.js';
import { plain } from './plain.js';
import type { TaskSections } from './task.js';

/** Sections of each task, by the name of the task. */
export const taskSections = registry<TaskSections>('sections of the task', ReportError).of({
  classification,
});

/** The sections of a report's task; those that fit every task where it has none of its own. */
export const sectionsOf = ({ task }: Pick<StudyReport, 'task'>): TaskSections =>
  taskSections.has(task) ? taskSections.get(task) : plain;
