import type { StudyRequest } from '@espalier/study';
import { tasks } from '@espalier/tasks';
import type { OpenDataOptions } from './examples.js';

/** How the dataset of a study is opened. */
export function datasetOptions(settings: StudyRequest): {
  readonly path: string;
  readonly options: OpenDataOptions;
} {
  const { path, ...dataset } = settings.dataset;
  return {
    path,
    options: {
      ...withoutUndefined(dataset),
      labels: tasks.get(settings.task).labels,
      seed: settings.seed,
    },
  };
}

/** Exact optional properties: what is not given must be absent. */
function withoutUndefined<T extends object>(value: T): { [K in keyof T]: Exclude<T[K], undefined> } {
  const entries = Object.entries(value).filter(([, item]) => item !== undefined);
  return Object.fromEntries(entries) as { [K in keyof T]: Exclude<T[K], undefined> };
}
