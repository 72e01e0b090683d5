import FFT from 'fft.js';

/** Writes the spectrum of real numbers, as pairs of real and imaginary parts, up to half of the rate. */
export type RealTransform = (spectrum: Float64Array, signal: Float64Array) => void;

const isPowerOfTwo = (size: number): boolean => (size & (size - 1)) === 0;

/** A discrete Fourier transform of any size. The arrays are `size` numbers and at least `size + 2`. */
export function realTransform(size: number): RealTransform {
  if (!isPowerOfTwo(size)) return chirpTransform(size);
  const fft = new FFT(size);
  return (spectrum, signal) => fft.realTransform(spectrum, signal);
}

/**
 * A transform of a size that is no power of two, as a convolution with a chirp, which is computed with
 * transforms that are (Bluestein, 1970).
 */
function chirpTransform(size: number): RealTransform {
  const wide = 2 ** Math.ceil(Math.log2(2 * size - 1));
  const fft = new FFT(wide);
  const complex = (): Float64Array => new Float64Array(2 * wide);
  const [chirp, kernel, data, transformed] = [complex(), complex(), complex(), complex()];
  for (let n = 0; n < size; n++) {
    const angle = (Math.PI * ((n * n) % (2 * size))) / size;
    [chirp[2 * n], chirp[2 * n + 1]] = [Math.cos(angle), -Math.sin(angle)];
    for (const place of n === 0 ? [0] : [n, wide - n]) {
      [kernel[2 * place], kernel[2 * place + 1]] = [Math.cos(angle), Math.sin(angle)];
    }
  }
  const kernelSpectrum = complex();
  fft.transform(kernelSpectrum, kernel);
  return (spectrum, signal) => {
    data.fill(0);
    for (let n = 0; n < size; n++) {
      data[2 * n] = (signal[n] as number) * (chirp[2 * n] as number);
      data[2 * n + 1] = (signal[n] as number) * (chirp[2 * n + 1] as number);
    }
    fft.transform(transformed, data);
    multiply(transformed, kernelSpectrum, wide);
    fft.inverseTransform(data, transformed);
    multiply(data, chirp, size / 2 + 1);
    for (let n = 0; n <= size / 2; n++) {
      [spectrum[2 * n], spectrum[2 * n + 1]] = [data[2 * n] as number, data[2 * n + 1] as number];
    }
  };
}

/** Multiplies the first `count` complex numbers of an array by those of another, in place. */
function multiply(values: Float64Array, factors: Float64Array, count: number): void {
  for (let n = 0; n < count; n++) {
    const [a, b] = [values[2 * n] as number, values[2 * n + 1] as number];
    const [c, d] = [factors[2 * n] as number, factors[2 * n + 1] as number];
    values[2 * n] = a * c - b * d;
    values[2 * n + 1] = a * d + b * c;
  }
}
