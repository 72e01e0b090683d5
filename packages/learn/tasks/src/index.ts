export { evaluated, measured, metricsOf, outcomeOf } from './measure.js';
export { objectiveOf, TaskError, tasks } from './registry.js';
export type { Decoding, Details, Labels, Score, TargetOptions, Task, TrivialBaseline } from './task.js';
