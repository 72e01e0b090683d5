import { preprocessImage, type DecodedImage } from '@espalier/data';
import { createOnnxEngine, type Engine } from '@espalier/engine';
import { float32, sizeOf } from '@espalier/onnx';
import { createRandom } from '@espalier/random';
import { cutAt, prefixOf, prepareBackbone, type PreparedBackbone } from '@espalier/runner';
import type { Backbone } from '@espalier/transfer';
import { insist } from './errors.js';

/** A loaded backbone and pictures to try it on. */
export interface Subject {
  readonly backbone: Backbone;
  /** Where the backbone may keep downloads. */
  readonly folder: string;
  readonly prepared: PreparedBackbone;
  readonly engine: Engine;
  /** Preprocessed pictures, side by side. */
  readonly images: Float32Array;
}

export const PICTURES = 3;

/** Loads a backbone for the checks. */
export async function subjectOf(backbone: Backbone, folder: string): Promise<Subject> {
  const prepared = await prepareBackbone(backbone, folder);
  const pictures = Array.from({ length: PICTURES }, (_, i) => picture(i));
  const parts = await Promise.all(pictures.map((one) => preprocessImage(one, prepared.loaded.preprocessing)));
  const size = sizeOf(prepared.input.dims);
  const images = new Float32Array(PICTURES * size);
  parts.forEach((part, i) => {
    insist(part.length === size, `a picture gave ${part.length} numbers, its input needs ${size}`);
    images.set(part, i * size);
  });
  return { backbone, folder, prepared, engine: createOnnxEngine(), images };
}

export async function featuresOf({ prepared, engine }: Subject, images: Float32Array): Promise<Float32Array> {
  const forward = await engine.compileForward(prepared.model);
  const { name, dims } = prepared.input;
  const outputs = await forward.run({ [name]: float32([images.length / sizeOf(dims), ...dims], images) });
  await forward.dispose();
  return outputs[prepared.features]?.data as Float32Array;
}

/** What the first `depth` stages make of the pictures. */
export async function activationsAt(
  { prepared, engine, images }: Subject,
  depth: number,
): Promise<Float32Array> {
  if (depth === 0) return images;
  const forward = await engine.compileForward(prefixOf(prepared, [depth]));
  const { name, dims } = prepared.input;
  const outputs = await forward.run({ [name]: float32([PICTURES, ...dims], images) });
  await forward.dispose();
  return outputs[cutAt(prepared, depth)]?.data as Float32Array;
}

/** Noise over coloured areas: no two are alike. */
function picture(seed: number): DecodedImage {
  const random = createRandom(seed, 'conformance', 'picture');
  const [width, height] = [96, 80];
  const base = [random.integer(256), random.integer(256), random.integer(256)];
  const data = Uint8Array.from({ length: width * height * 3 }, (_, i) => {
    const column = Math.floor(i / 3) % width;
    const side = column * 2 < width ? 1 : 0.4;
    return Math.max(0, Math.min(255, (base[i % 3] as number) * side + 40 * random.normal()));
  });
  return { width, height, data };
}
