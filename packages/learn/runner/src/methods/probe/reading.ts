import { classifiers, type Classifier } from '@espalier/probes';
import type { Configuration } from '@espalier/study';
import type { OpenProbing } from '../../probes/open.js';
import { spread, type ProbePart } from '../../probes/plan.js';
import type { Session } from '../../study/session.js';

/** What a configuration reads, and what it fits to it. */
export interface Reading {
  readonly probing: OpenProbing;
  readonly parts: readonly ProbePart[];
  readonly classifier: Classifier;
}

/** The features that a configuration reads. */
export function partsOf(probing: OpenProbing, { backbone, values }: Configuration): ProbePart[] {
  const depth = Number(values['featureDepth']);
  return probing.source(backbone).blocks.flatMap(({ name }): ProbePart[] => {
    const [own, statistic = ''] = name.split(' ');
    return Number(own) === depth && spread.has(statistic)
      ? [{ source: backbone, block: name, weight: 1 }]
      : [];
  });
}

/** Gets the features of a configuration's depth ready. */
export async function readingOf(session: Session, configuration: Configuration): Promise<Reading> {
  const probing = await session.probing();
  const parts = partsOf(probing, configuration);
  await probing.prepare({ parts }, (done, total) =>
    session.emit({ kind: 'progress', phase: 'caching', done, total }),
  );
  return { probing, parts, classifier: classifiers.get(String(configuration.values['classifier'])) };
}
