import { readWeights, type Weights } from '../training/checkpoint.js';
import { StudyError } from '../errors.js';
import { trialName } from '@espalier/study';
import { weightsPath } from '@espalier/study/folder';
import type { Session } from '../study/session.js';

/** Reads back what a trial learned. */
export async function trialWeights(session: Pick<Session, 'folder'>, number: number): Promise<Weights> {
  const weights = await readWeights(weightsPath(session.folder, trialName({ role: 'searched', number })));
  if (weights === null) {
    throw new StudyError(`the weights of trial ${number} were not kept; the best five trials' are`);
  }
  return weights;
}
