import { exampleKey, type SpaceKey } from '../store.js';

/** Space and records shared by the tests and the process that they kill. */
export const testSpace: SpaceKey = { computation: 'c', preprocessing: 'p', dims: [16, 16] };
export const testElements = 256;

export const keyOf = (index: number): string => exampleKey(`example ${index}`, 'view');

/** Numbers that tell which example they belong to. */
export const valuesOf = (index: number, count = testElements): Float32Array =>
  Float32Array.from({ length: count }, (_, i) => index + i / count);

export const recordOf = (index: number): { key: string; values: Float32Array } => ({
  key: keyOf(index),
  values: valuesOf(index),
});
