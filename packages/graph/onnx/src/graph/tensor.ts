import { OnnxError } from '../errors.js';

export type TensorData =
  | Float32Array
  | Float64Array
  | Uint16Array
  | Int8Array
  | Uint8Array
  | Int16Array
  | Int32Array
  | Uint32Array
  | BigInt64Array
  | BigUint64Array;

/** A constant array; `float16` keeps its bits in a Uint16Array, `bool` one byte an element. */
export interface Tensor {
  readonly dtype: DataType;
  readonly dims: readonly number[];
  readonly data: TensorData;
}

interface Storage {
  readonly code: number;
  readonly array: new (buffer: ArrayBuffer) => TensorData;
  readonly bytes: number;
}

/** Codes of TensorProto.DataType in the ONNX specification. */
const storages = {
  float32: { code: 1, array: Float32Array, bytes: 4 },
  uint8: { code: 2, array: Uint8Array, bytes: 1 },
  int8: { code: 3, array: Int8Array, bytes: 1 },
  uint16: { code: 4, array: Uint16Array, bytes: 2 },
  int16: { code: 5, array: Int16Array, bytes: 2 },
  int32: { code: 6, array: Int32Array, bytes: 4 },
  int64: { code: 7, array: BigInt64Array, bytes: 8 },
  bool: { code: 9, array: Uint8Array, bytes: 1 },
  float16: { code: 10, array: Uint16Array, bytes: 2 },
  float64: { code: 11, array: Float64Array, bytes: 8 },
  uint32: { code: 12, array: Uint32Array, bytes: 4 },
  uint64: { code: 13, array: BigUint64Array, bytes: 8 },
} as const satisfies Record<string, Storage>;

export type DataType = keyof typeof storages;

const byCode = new Map<number, DataType>(
  Object.entries(storages).map(([name, storage]) => [storage.code, name as DataType]),
);

export function dataTypeFromCode(code: number, where: string): DataType {
  const dtype = byCode.get(code);
  if (dtype === undefined) {
    throw new OnnxError(
      `${where} has element type ${code}, which is not supported; export the model in float32 or float16`,
    );
  }
  return dtype;
}

export const codeOfDataType = (dtype: DataType): number => storages[dtype].code;
export const bytesPerElement = (dtype: DataType): number => storages[dtype].bytes;
export const sizeOf = (dims: readonly number[]): number => dims.reduce((a, b) => a * b, 1);

/** Copies little-endian bytes into an aligned array of the right kind. */
export function tensorFromBytes(
  dtype: DataType,
  dims: readonly number[],
  bytes: Uint8Array,
  where: string,
): Tensor {
  const expected = sizeOf(dims) * bytesPerElement(dtype);
  if (bytes.byteLength !== expected) {
    throw new OnnxError(
      `${where} holds ${bytes.byteLength} bytes, but its shape [${dims}] of ${dtype} needs ${expected}; ` +
        'the file is truncated or damaged: fetch it again',
    );
  }
  const buffer = new ArrayBuffer(expected);
  new Uint8Array(buffer).set(bytes);
  return { dtype, dims, data: new storages[dtype].array(buffer) };
}

export function bytesOfTensor(tensor: Tensor): Uint8Array {
  const { buffer, byteOffset, byteLength } = tensor.data;
  return new Uint8Array(buffer, byteOffset, byteLength);
}

export const float32 = (dims: readonly number[], data: ArrayLike<number>): Tensor => ({
  dtype: 'float32',
  dims,
  data: data instanceof Float32Array ? data : Float32Array.from(data),
});

export const int64 = (values: readonly number[], dims: readonly number[] = [values.length]): Tensor => ({
  dtype: 'int64',
  dims,
  data: BigInt64Array.from(values, (value) => BigInt(value)),
});

export const scalar = (value: number): Tensor => float32([], [value]);

/**
 * The elements of a float32 tensor, not copied.
 *
 * @throws OnnxError where it holds another type
 */
export function floatsOf({ dtype, data }: Pick<Tensor, 'dtype' | 'data'>): Float32Array {
  if (data instanceof Float32Array) return data;
  throw new OnnxError(`a float32 tensor is needed here, but this one is ${dtype}`);
}

const isBig = (data: TensorData): data is BigInt64Array | BigUint64Array =>
  data instanceof BigInt64Array || data instanceof BigUint64Array;

/**
 * Copies elements to the front of an array of the same kind.
 *
 * @throws OnnxError where whole numbers of 64 bits and other numbers meet
 */
export function copyInto(target: TensorData, source: TensorData): void {
  if (isBig(target) && isBig(source)) target.set(source);
  else if (!isBig(target) && !isBig(source)) target.set(source);
  else throw new OnnxError('int64 values cannot be copied to or from other number types');
}

/** The elements as plain numbers, for small shape and axis tensors. */
export const numbersOf = (tensor: Tensor): number[] => Array.from(tensor.data, Number);

/** Widens IEEE 754 binary16 bits to float32. */
export function widenFloat16(tensor: Tensor): Tensor {
  const { data: halves } = tensor;
  if (!(halves instanceof Uint16Array))
    throw new OnnxError(`a float16 tensor is needed here, but this one is ${tensor.dtype}`);
  const data = new Float32Array(halves.length);
  halves.forEach((bits, i) => (data[i] = halfToNumber(bits)));
  return { dtype: 'float32', dims: tensor.dims, data };
}

function halfToNumber(bits: number): number {
  const sign = bits & 0x8000 ? -1 : 1;
  const exponent = (bits >> 10) & 0x1f;
  const fraction = bits & 0x3ff;
  if (exponent === 0) return sign * fraction * 2 ** -24;
  if (exponent === 31) return fraction ? NaN : sign * Infinity;
  return sign * (1 + fraction / 1024) * 2 ** (exponent - 15);
}

/** Rounds float32 to the nearest IEEE 754 binary16, ties to even; what is too large becomes infinite. */
export function narrowFloat32(tensor: Tensor): Tensor {
  const values = floatsOf(tensor);
  const data = new Uint16Array(values.length);
  values.forEach((value, i) => (data[i] = numberToHalf(value)));
  return { dtype: 'float16', dims: tensor.dims, data };
}

const LARGEST_HALF = 65504;

function numberToHalf(value: number): number {
  const sign = value < 0 || Object.is(value, -0) ? 0x8000 : 0;
  const size = Math.abs(value);
  if (Number.isNaN(value)) return 0x7e00;
  if (size >= LARGEST_HALF + 16) return sign | 0x7c00;
  if (size === 0) return sign;
  // Halves below 2^-14 are multiples of 2^-24.
  const exponent = Math.max(-14, Math.floor(Math.log2(size)));
  const steps = roundToEven(size / 2 ** (exponent - 10));
  return sign | (exponent === -14 ? steps : ((exponent + 14) << 10) + steps);
}

function roundToEven(value: number): number {
  const floor = Math.floor(value);
  const rest = value - floor;
  return rest > 0.5 || (rest === 0.5 && floor % 2 === 1) ? floor + 1 : floor;
}

/** An axis counted from the front. */
export const fromFront = (axis: number, rank: number): number => (axis < 0 ? axis + rank : axis);
