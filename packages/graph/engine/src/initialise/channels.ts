import { at, floatsOf, take, type Tensor } from '@espalier/onnx';

const channelOf = ({ dims, data }: Tensor): ((index: number) => number) => {
  const [batch, channels] = take(dims, 2);
  const area = data.length / (batch * channels);
  return (index) => Math.floor(index / area) % channels;
};

export function channelMeans(output: Tensor): number[] {
  const channel = channelOf(output);
  const sums = new Array<number>(at(output.dims, 1)).fill(0);
  floatsOf(output).forEach((value, i) => {
    sums[channel(i)] = at(sums, channel(i)) + value;
  });
  return sums.map((sum) => (sum * sums.length) / output.data.length);
}

export function withoutMeans(output: Tensor, means: readonly number[]): Float32Array {
  const channel = channelOf(output);
  return floatsOf(output).map((value, i) => value - at(means, channel(i)));
}

export function deviationOf(values: Float32Array): number {
  let sum = 0;
  for (const value of values) sum += value;
  const mean = sum / values.length;
  let squares = 0;
  for (const value of values) squares += (value - mean) ** 2;
  return Math.sqrt(squares / values.length);
}
