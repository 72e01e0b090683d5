import type { OpenProbing } from '../../probes/open.js';
import type { ProbePart } from '../../probes/plan.js';
import type { ProbeFit } from '../../probes/probing.js';
import { softmaxRows } from '@espalier/probes';
import type { Session } from '../../study/session.js';
import type { FittedModel, Scope } from '../method.js';

/** The features that a scope learns from. */
export const probingOf = (session: Session, scope: Scope): Promise<OpenProbing> =>
  scope === 'everything' ? session.probingEverything() : session.probing();

/** Fits a linear classifier on parts of the features. */
export async function fittedParts(
  session: Session,
  probing: OpenProbing,
  parts: readonly ProbePart[],
  chosen: ProbeFit,
): Promise<FittedModel> {
  await probing.prepare({ parts }, () => undefined);
  const probe = await probing.fit(parts, chosen);
  const classes = session.data.classes.length;
  return {
    predict: async (examples) => softmaxRows((await probing.scores(probe, examples)).data, classes),
    model: () => probing.model([{ probe, share: 1 }]),
  };
}
