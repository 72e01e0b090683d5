import { resolve } from 'node:path';
import type { StudyRequest } from '@espalier/study';
import { readJournal } from '@espalier/study/folder';
import type { SearchOptions } from './options.js';

type Options = Readonly<Record<string, unknown>>;

/**
 * Fills what the options of a search leave open with the settings of the study that it grows; unchanged where
 * it grows none. Values that are there are not looked at: whoever checks the options does.
 *
 * @throws StudyError where there is no study
 */
export async function grownOptions(options: SearchOptions): Promise<unknown> {
  if (typeof options !== 'object' || options === null || typeof options.from !== 'string') return options;
  const { header } = await readJournal(resolve(options.from));
  const { backbones, dataset, training, space, budget, engine, ...single } = inherited(header.settings);
  const asked = options as SearchOptions & Options;
  const place = typeof asked.dataset === 'string' ? { path: asked.dataset } : asked.dataset;
  return {
    backbones,
    ...given(single),
    ...given(asked),
    dataset: { ...given(unnamed(dataset)), ...given(place) },
    training: { ...given(training), ...given(asked.training) },
    space: { ...space, ...given(asked.space) },
    budget: { ...given(budget), ...given(asked.budget) },
    engine: { ...given(engine), ...given(asked.engine) },
    cache: { ...given(header.environment?.cache), ...given(asked.cache) },
  };
}

/** What belongs to one study alone is not handed on. */
const inherited = ({
  command: _,
  origin: __,
  from: ___,
  ...settings
}: StudyRequest): Omit<StudyRequest, 'command' | 'origin' | 'from'> => settings;

const unnamed = ({ name: _, ...dataset }: StudyRequest['dataset']): Omit<StudyRequest['dataset'], 'name'> =>
  dataset;

/** Without what is not given. */
const given = (options: object | null | undefined): Options =>
  Object.fromEntries(Object.entries(options ?? {}).filter(([, value]) => value !== undefined));
