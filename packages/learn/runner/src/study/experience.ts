import { chooseExperience, samplers } from '@espalier/search';
import type { Environment, StudyLog } from '@espalier/study';
import {
  addExperience,
  experienceOf,
  readExperience,
  type DatasetFacts,
  type EarlierTrial,
} from '@espalier/study/experience';
import type { Session } from './session.js';

/** What a study knows of its examples. */
export const factsOf = ({ data }: Pick<Session, 'data'>): DatasetFacts => ({
  modality: data.modality,
  examples: Object.values(data.splits).flat().length,
  classes: data.classes.length,
});

/**
 * What a study that begins takes from those that finished before on this machine.
 *
 * @throws StudyError where the file that they left is damaged
 */
export async function knownExperience(
  session: Session,
  { experience }: Environment,
): Promise<EarlierTrial[]> {
  const { settings, space, objective, candidates } = session;
  if (experience === undefined || samplers.get(settings.sampler).readsExperience !== true) return [];
  return chooseExperience(await readExperience(experience), {
    ...{ task: settings.task, objective, space, dataset: factsOf(session) },
    models: candidates.map(({ prepared }) => prepared.fingerprint),
  });
}

/** Leaves what the trials of a finished study have seen; where that fails, the study is finished all the same. */
export async function keepExperience(session: Session, log: StudyLog): Promise<void> {
  const path = log.header.environment?.experience;
  if (path === undefined) return;
  try {
    await addExperience(path, experienceOf(log, factsOf(session)));
  } catch (error) {
    const reason = error instanceof Error ? error.message : String(error);
    session.emit({ kind: 'note', text: `Later studies will not learn from this one: ${reason}.` });
  }
}
