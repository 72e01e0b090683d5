import { registry } from '@espalier/base';
import { metrics } from '@espalier/metrics';
import type { Objective } from '@espalier/study';
import { classification } from './classification/index.js';
import type { Task } from './task.js';

/** A task that nobody has. */
export class TaskError extends Error {
  override readonly name = 'TaskError';
}

/** All tasks. */
export const tasks = registry<Task>('task', TaskError).of({ classification });

/** What a study of a task compares its trials by. @param name of a metric; by default the task's own */
export function objectiveOf(task: Task, name: string = task.metrics[0]): Objective {
  const { label, direction, unit } = metrics.get(name);
  return { name, label, direction, unit };
}
