import { at, type DataType, type Tensor, type TensorData } from '@espalier/onnx';
import * as tf from '@tensorflow/tfjs-core';
import { EngineError } from '../errors.js';

const MOST = 2 ** 31 - 1;
const LEAST = -(2 ** 31);

/**
 * An ONNX tensor as TensorFlow.js has it, which knows float32, int32 and bool alone. Whole numbers that are
 * too large, such as the end of a slice that has none, become the largest there are.
 *
 * @param name for the message
 * @throws EngineError for float16, which only a GPU's shaders have
 */
export function toTf({ dtype, dims, data }: Tensor, name: string): tf.Tensor {
  const shape = [...dims];
  if (dtype === 'float16') {
    throw new EngineError(
      `'${name}' is float16, which TensorFlow.js does not compute with; use the network in float32, or the engine onnx`,
    );
  }
  if (data instanceof Float32Array) return tf.tensor(data, shape, 'float32');
  if (data instanceof Float64Array) return tf.tensor(Float32Array.from(data), shape, 'float32');
  if (dtype === 'bool') return tf.tensor(Uint8Array.from(data, Number), shape, 'bool');
  return tf.tensor(Int32Array.from<number | bigint>(data, saturated), shape, 'int32');
}

const saturated = (value: number | bigint): number => Math.min(MOST, Math.max(LEAST, Number(value)));

/** A copy of a result, in the element type that the graph says it has. */
export function fromTf(tensor: tf.Tensor, dtype: DataType): Tensor {
  return { dtype, dims: [...tensor.shape], data: dataAs(tensor.dataSync(), dtype) };
}

function dataAs(values: Float32Array | Int32Array | Uint8Array, dtype: DataType): TensorData {
  switch (dtype) {
    case 'float32':
      return Float32Array.from(values);
    case 'float64':
      return Float64Array.from(values);
    case 'bool':
    case 'uint8':
      return Uint8Array.from(values);
    case 'int64':
      return BigInt64Array.from<number>(values, BigInt);
    default:
      return Int32Array.from(values);
  }
}

/** The ONNX name of what TensorFlow.js computed, where the graph does not say. */
export const dtypeOf = ({ dtype }: tf.Tensor): DataType =>
  dtype === 'bool' ? 'bool' : dtype === 'int32' ? 'int64' : 'float32';

/** Frees every tensor that is made inside; none may be in what is returned. */
export function scoped<T>(compute: () => T): T {
  const results: T[] = [];
  tf.tidy(() => void results.push(compute()));
  return at(results, 0);
}

export const isFloat = ({ dtype }: tf.Tensor): boolean => dtype === 'float32';
