import { percent, plain } from '../format.js';
import { blocks, number, table, text } from '../markdown.js';
import type { StudyReport } from '../schema.js';

/** What linear classifiers reach without training the network. */
export function probeFacts({ probes }: StudyReport): string {
  if (probes.length === 0) return 'No freeze depth that was searched has features to probe.';
  const best = probes.reduce((a, b) => (bestOf(b) > bestOf(a) ? b : a));
  return blocks(
    `Linear classifiers on the frozen features, fitted before any trial: at best ${percent(bestOf(best))} on validation ` +
      `(${text(best.backbone)}, ${best.freezeDepth} stages frozen). A trial that stays below it has not learned more than a new head can.`,
    table(
      [
        'Backbone',
        number('Frozen stages'),
        number('Features'),
        number('Ridge regression'),
        number('Logistic regression'),
      ],
      probes.map(({ backbone, freezeDepth, width, ridge, logistic }) => [
        text(backbone),
        String(freezeDepth),
        String(width),
        `${percent(ridge.accuracy)} (penalty ${plain(ridge.penalty)})`,
        `${percent(logistic.accuracy)} (penalty ${plain(logistic.penalty)})`,
      ]),
    ),
  );
}

const bestOf = ({ ridge, logistic }: StudyReport['probes'][number]): number =>
  Math.max(ridge.accuracy, logistic.accuracy);
