import { writingSeconds } from '@espalier/search';
import { counted } from '@espalier/data';
import { StudyError } from '../errors.js';
import type { Session } from '../study/session.js';
import { forwardSeconds } from './forward.js';

/** What the features of a backbone take before anything is fitted to them. */
export interface FeatureCost {
  readonly id: string;
  /** Labelled and test examples whose features are not cached. */
  readonly missing: number;
  /** Seconds that those are expected to take on this machine. */
  readonly seconds: number;
}

/** Measures what the features of each backbone of a study will take. */
export async function featureCosts(session: Session): Promise<FeatureCost[]> {
  const { candidates, engine, data } = session;
  const probing = await session.probing();
  const examples = Object.values(data.splits).flat();
  const costs: FeatureCost[] = [];
  for (const { prepared } of candidates) {
    const { id } = prepared.backbone;
    const missing = probing.source(id).missing(examples);
    const each = missing === 0 ? 0 : await forwardSeconds(engine, prepared, data.splits.train);
    costs.push({ id, missing, seconds: missing * each });
  }
  return costs;
}

/**
 * Refuses a study whose time is too short for the features of its backbones, before it begins.
 *
 * @throws StudyError which says what would fit
 */
export async function requireTime(session: Session): Promise<void> {
  const { seconds } = session.settings.budget;
  if (seconds === null) return;
  const read = session.elapsed();
  const costs = await featureCosts(session);
  const begun = session.elapsed();
  const needed = (some: readonly FeatureCost[]): number =>
    begun + writingSeconds(seconds) + some.reduce((sum, cost) => sum + cost.seconds, 0);
  if (needed(costs) <= seconds) return;
  const features = costs
    .filter(({ missing }) => missing > 0)
    .map(
      (cost) => `those of ${counted(cost.missing, 'example')} with ${cost.id} about ${shown(cost.seconds)}`,
    );
  const fitting = costs.filter((cost) => needed([cost]) <= seconds).map(({ id }) => id);
  const alone =
    fitting.length > 0 && costs.length > 1 ? `, or search ${fitting.join(' or ')} alone, which fits` : '';
  throw new StudyError(
    `the time of ${shown(seconds)} is too short: reading the dataset and the backbones took ${shown(read)}` +
      `${features.length > 0 ? `; of the features ${features.join(', ')}` : ''}; the report takes ${shown(writingSeconds(seconds))}. ` +
      `Give the study at least ${shown(Math.ceil(SPARE * needed(costs)))}${alone}`,
  );
}

/** Times what is needed: a few probes have to be fitted too. */
const SPARE = 1.2;

const shown = (seconds: number): string => `${Math.max(1, Math.round(seconds))} s`;
