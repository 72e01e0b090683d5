import type { Tensor } from '@espalier/onnx';
import type { Feeds } from '@espalier/runner';
import type { ReferenceOutputs } from './architectures.js';
import { insist } from './errors.js';
import { largest, largestDifference } from './numbers.js';
import { encodeExamples, featuresOf, type Subject } from './subject.js';
import { noise } from './weights.js';

/** Float32 sums in another order, and six digits. */
const TOLERANCE = 1e-4;

/**
 * The token ids and features of PyTorch and transformers for the same weights and examples.
 *
 * @throws ConformanceError where the backbone gives others
 */
export async function requireExpected(subject: Subject, expected: ReferenceOutputs): Promise<void> {
  const feeds = 'texts' in expected ? await encoded(subject, expected) : generated(subject, expected);
  const found = await featuresOf(subject, feeds);
  const features = Float32Array.from(expected.features.flat());
  insist(
    found.length === features.length,
    `it gives ${found.length} features, but PyTorch gives ${features.length}`,
  );
  const difference = largestDifference(found, features) / largest(features);
  insist(difference < TOLERANCE, `its features differ from those of PyTorch (difference ${difference})`);
}

async function encoded(
  { prepared }: Subject,
  { texts, ids }: Extract<ReferenceOutputs, { texts: unknown }>,
): Promise<Feeds> {
  const examples = texts.map((text, i) => ({ id: `text ${i}`, content: { kind: 'text', text } as const }));
  const bucket = Math.max(...examples.map((example) => prepared.encoder.bucketOf(example)));
  const feeds = await encodeExamples(prepared, examples, bucket);
  const { data, dims } = feeds[prepared.input.name] as Tensor;
  const length = dims[1] as number;
  for (const [i, row] of ids.entries()) {
    const found = Array.from(data.slice(i * length, i * length + row.length), Number);
    insist(found.join() === row.join(), `'${texts[i]}' has the tokens ${found} instead of ${row}`);
  }
  return feeds;
}

function generated({ prepared }: Subject, { input }: Extract<ReferenceOutputs, { input: unknown }>): Feeds {
  const count = input.dims.reduce((a, b) => a * b, 1);
  const tensor: Tensor = { dtype: 'float32', dims: input.dims, data: noise(input.name, count) };
  return { [prepared.input.name]: tensor };
}
