import type { ScannedExample } from '@espalier/data';
import {
  createProducts,
  crossValidate,
  denseKernel,
  fitLogistic,
  matrix,
  primalOf,
  standardisationOf,
  standardised,
  type FoldPlan,
  type Matrix,
  type Standardisation,
} from '@espalier/probes';
import { embedExamples, type Session } from '@espalier/runner';
import type { Backbone } from '@espalier/transfer';

/** Variants of fitting a head to the frozen network's last features, one change at a time. */
export interface HeadVariant {
  /** Features of mean 0 and deviation 1, and not as they come. */
  readonly standardising: boolean;
  /** The penalty by folds over training and validation examples, and not by the validation split. */
  readonly folds: boolean;
  /** The last fit to all labelled examples, and not to the training split. */
  readonly refitting: boolean;
}

const nothing: HeadVariant = { standardising: false, folds: false, refitting: false };

export const headVariants = {
  'plain head': nothing,
  standardising: { ...nothing, standardising: true },
  folds: { ...nothing, folds: true },
  refitting: { ...nothing, refitting: true },
  'all three': { standardising: true, folds: true, refitting: true },
} as const satisfies Record<string, HeadVariant>;

/** Accuracy on fresh examples of a head by each variant. */
export async function measureHeads(
  session: Session,
  backbone: Backbone,
  fresh: readonly ScannedExample[],
  cacheFolder: string,
): Promise<Record<keyof typeof headVariants, number>> {
  const { data, judging, engine } = session;
  const all = [...judging.labelled, ...data.splits.test];
  const products = await createProducts(engine);
  const featuresOf = async (examples: readonly ScannedExample[]): Promise<Matrix> => {
    const { width, features } = await embedExamples(backbone, examples, {
      cacheFolder,
    });
    return matrix(examples.length, width, features);
  };
  const [known, unknown] = [await featuresOf(all), await featuresOf(fresh)];
  const classes = data.classes.length;
  const labels = all.map(({ label }) => label);
  const trained = data.splits.train.length;
  // The test split is learnt from in the end, and chooses nothing.
  const judged = ({ columns, data: values }: Matrix): Matrix =>
    matrix(judging.labelled.length, columns, values.subarray(0, judging.labelled.length * columns));
  const measure = async ({ standardising, folds, refitting }: HeadVariant): Promise<number> => {
    const scale = standardising ? standardisationOf(known) : onlyScaled(known);
    const z = standardised(known, scale);
    const kernel = denseKernel(products, await products.multiplyTransposed(z, z));
    const plan = folds ? judging.plan : bySplit(judging.labelled.length, trained);
    const { penalty } = await crossValidate(
      denseKernel(products, await products.multiplyTransposed(judged(z), judged(z))),
      { labels: labels.slice(0, judging.labelled.length), classes },
      plan,
    );
    const weights = Float64Array.from(labels, (_, row) => Number(refitting || row < trained));
    const { coefficients, bias } = await fitLogistic(kernel, { labels, classes, weights }, penalty);
    const layer = primalOf(known, scale, coefficients, 1);
    const { data: scores } = await products.multiply(unknown, layer.weight);
    const hits = fresh.filter(({ label }, row) => {
      const own = Array.from(
        scores.subarray(row * classes, (row + 1) * classes),
        (score, c) => score + (layer.bias[c] as number) + (bias[c] as number),
      );
      return own.indexOf(Math.max(...own)) === label;
    });
    return hits.length / fresh.length;
  };
  const results: Partial<Record<keyof typeof headVariants, number>> = {};
  for (const name of Object.keys(headVariants) as (keyof typeof headVariants)[]) {
    results[name] = await measure(headVariants[name]);
  }
  await products.dispose();
  return results as Record<keyof typeof headVariants, number>;
}

/** Features as they come, divided by one number so that the same penalties suit them. */
function onlyScaled({ rows, columns, data }: Matrix): Standardisation {
  const squares = data.reduce((sum, value) => sum + value ** 2, 0);
  return {
    mean: new Float64Array(columns),
    scale: new Float64Array(columns).fill(Math.sqrt(rows / squares)),
  };
}

const bySplit = (labelled: number, trained: number): FoldPlan => ({
  folds: 1,
  assignments: [Int32Array.from({ length: labelled }, (_, row) => (row < trained ? -1 : 0))],
});
