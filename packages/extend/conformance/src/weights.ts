import type { Tensor } from '@espalier/onnx';

/** FNV-1a, 32 bits. */
function fnv1a(text: string): number {
  let value = 0x811c9dc5;
  for (const byte of new TextEncoder().encode(text)) value = Math.imul(value ^ byte, 0x01000193) >>> 0;
  return value;
}

/** 32 random bits an element: a mixed counter (Murmur3's finaliser); the twin of `bits` in tools/parity/weights.py. */
export function bits(name: string, count: number): Uint32Array {
  const seed = fnv1a(name);
  const result = new Uint32Array(count);
  for (let i = 0; i < count; i++) {
    let x = i + seed;
    x = Math.imul(x ^ (x >>> 16), 0x85ebca6b);
    x = Math.imul(x ^ (x >>> 13), 0xc2b2ae35);
    result[i] = x ^ (x >>> 16);
  }
  return result;
}

/** Uniform in [-1, 1). */
export function noise(name: string, count: number): Float32Array {
  return Float32Array.from(bits(name, count), (x) => (x >>> 8) / 2 ** 23 - 1);
}

/** A parameter that is generated from its name; the twin of `weight` in tools/parity/weights.py. */
export function weight(name: string, dims: readonly number[]): Tensor {
  const count = dims.reduce((a, b) => a * b, 1);
  const fanIn = dims.length === 2 ? (dims[0] as number) : dims.slice(1).reduce((a, b) => a * b, 1);
  const valueOf = (u: number): number => {
    if (name.endsWith('running_var')) return 1 + 0.5 * u;
    if (dims.length === 1) return name.endsWith('weight') ? 1 + 0.25 * u : 0.1 * u;
    return Math.sqrt(6 / fanIn) * u;
  };
  return { dtype: 'float32', dims, data: Float32Array.from(noise(name, count), valueOf) };
}
