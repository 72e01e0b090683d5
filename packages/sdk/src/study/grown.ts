import { resolve } from 'node:path';
import { readJournal } from '@espalier/study/folder';
import type { SearchOptions } from './options.js';

type Options = Readonly<Record<string, unknown>>;

/**
 * Fills what the options of a search leave open with the settings of the study that it grows; unchanged where
 * it grows none. Values that are there are not looked at: whoever checks the options does.
 *
 * @throws StudyError where there is no study
 */
export async function grownOptions(options: SearchOptions): Promise<SearchOptions> {
  if (typeof options !== 'object' || options === null || typeof options.from !== 'string') return options;
  const { header } = await readJournal(resolve(options.from));
  const { dataset, training, space, budget, engine, ...rest } = header.settings;
  const { command: _, origin: __, from: ___, backbones, ...single } = rest;
  const { path, name: ____, ...columns } = dataset;
  const asked = options as SearchOptions & Options;
  const place = typeof asked.dataset === 'string' ? { path: asked.dataset } : asked.dataset;
  return {
    backbones,
    ...given(single),
    ...given(asked),
    dataset: { path, ...given(columns), ...given(place) },
    training: { ...given(training), ...given(asked.training) },
    space: { ...space, ...given(asked.space) },
    budget: { ...given(budget), ...given(asked.budget) },
    engine: { ...given(engine), ...given(asked.engine) },
    cache: { ...given(header.environment?.cache), ...given(asked.cache) },
  } as SearchOptions;
}

/** Without what is not given. */
const given = (options: object | null | undefined): Options =>
  Object.fromEntries(Object.entries(options ?? {}).filter(([, value]) => value !== undefined));
