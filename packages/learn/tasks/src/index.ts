export { measured, metricsOf } from './measure.js';
export { objectiveOf, TaskError, tasks } from './registry.js';
export type { Decoding, Labels, TargetOptions, Task } from './task.js';
