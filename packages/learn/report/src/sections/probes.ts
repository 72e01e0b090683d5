import { counted, percent, plain } from '../format.js';
import { blocks, number, table, text } from '../markdown.js';
import type { StudyReport } from '@espalier/study';

type Probe = StudyReport['probes'][number];
type FormerProbe = Extract<Probe, { ridge: unknown }>;

const isFormer = (probe: Probe): probe is FormerProbe => 'ridge' in probe;

/** Lists the results of probes in reports of earlier versions; otherwise empty. */
export function probeFacts({ probes }: StudyReport): string {
  const former = probes.filter(isFormer);
  const [first, ...others] = former;
  if (first === undefined) return '';
  const best = others.reduce((a, b) => (bestOf(b) > bestOf(a) ? b : a), first);
  return blocks(
    `Linear classifiers on the frozen features, fitted before any trial: at best ${percent(bestOf(best))} on validation ` +
      `(${text(best.backbone)}, ${counted(best.freezeDepth, 'stage')} frozen). A trial that stays below it has not learned more than a new head can.`,
    table(
      [
        'Backbone',
        number('Frozen stages'),
        number('Features'),
        number('Ridge regression'),
        number('Logistic regression'),
      ],
      former.map(({ backbone, freezeDepth, width, ridge, logistic }) => [
        text(backbone),
        String(freezeDepth),
        String(width),
        `${percent(ridge.accuracy)} (penalty ${plain(ridge.penalty)})`,
        `${percent(logistic.accuracy)} (penalty ${plain(logistic.penalty)})`,
      ]),
    ),
  );
}

const bestOf = ({ ridge, logistic }: FormerProbe): number => Math.max(ridge.accuracy, logistic.accuracy);
