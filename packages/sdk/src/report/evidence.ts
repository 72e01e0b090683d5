import { predictedLabels, type Predictions } from '@espalier/metrics';
import type { Evidence } from '@espalier/study';

const MOST_MISTAKES = 500;
const MOST_IN_CELL = 12;

/**
 * Lists the examples of each cell of the confusion matrix, and the mistakes with the highest confidence.
 *
 * @param examples examples in the order of the predictions
 */
export function evidenceOf(predictions: Predictions, examples: readonly { readonly id: string }[]): Evidence {
  const predicted = predictedLabels(predictions);
  const { labels } = predictions;
  const all = examples
    .map(({ id }, i) => {
      const said = predicted[i] as number;
      return {
        id,
        label: labels[i] as number,
        predicted: said,
        confidence: probabilityOf(predictions, i, said),
      };
    })
    .sort((a, b) => b.confidence - a.confidence || (a.id < b.id ? -1 : 1));
  const cells = new Map<string, { label: number; predicted: number; ids: string[] }>();
  for (const { id, label, predicted: said } of all) {
    const cell = cells.get(`${label} ${said}`) ?? { label, predicted: said, ids: [] };
    cells.set(`${label} ${said}`, cell);
    if (cell.ids.length < MOST_IN_CELL) cell.ids.push(id);
  }
  return {
    mistakes: all.filter((one) => one.label !== one.predicted).slice(0, MOST_MISTAKES),
    cells: [...cells.values()].sort((a, b) => a.label - b.label || a.predicted - b.predicted),
  };
}

function probabilityOf({ probabilities, labels }: Predictions, example: number, label: number): number {
  if (!(probabilities instanceof Float32Array)) return probabilities[example]?.[label] ?? 0;
  return probabilities[example * (probabilities.length / labels.length) + label] ?? 0;
}
