import { mkdir, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { float32, int64, node, sizeOf, writeModel, type Model, type Tensor } from '@espalier/onnx';
import { createRandom } from '@espalier/base/random';

const WIDTH = 12;

/**
 * Writes a small random network of waveforms, in the shape Wav2Vec2's has (convolutions along time,
 * tokens out), as a folder laid out as the Hugging Face hub lays models out.
 */
export async function writeTinyWaveform(folder: string): Promise<void> {
  await mkdir(folder, { recursive: true });
  await writeModel(join(folder, 'model.onnx'), network());
  const processor = { feature_extractor_type: 'Wav2Vec2FeatureExtractor', sampling_rate: 8000 };
  await writeFile(join(folder, 'preprocessor_config.json'), JSON.stringify(processor));
  await writeFile(join(folder, 'config.json'), JSON.stringify({ model_type: 'wav2vec2' }));
  await writeFile(join(folder, 'README.md'), '---\nlicense: mit\n---\n');
}

function network(): Model {
  const random = createRandom('tiny waveform');
  const weight = (dims: readonly number[], deviation: number): Tensor =>
    float32(
      dims,
      Float32Array.from({ length: sizeOf(dims) }, () => deviation * random.normal()),
    );
  const conv = (name: string, input: string, kernel: number, stride: number): ReturnType<typeof node> =>
    node('Conv', [input, `${name}.weight`, `${name}.bias`], [name], {
      kernel_shape: [kernel],
      strides: [stride],
    });
  return {
    irVersion: 8,
    opsets: new Map([['', 18]]),
    graph: {
      name: 'tiny waveform',
      nodes: [
        node('Unsqueeze', ['input_values', 'channel'], ['wave']),
        conv('first', 'wave', 80, 40),
        node('Relu', ['first'], ['first_relu']),
        conv('second', 'first_relu', 5, 4),
        node('Relu', ['second'], ['second_relu']),
        node('Transpose', ['second_relu'], ['last_hidden_state'], { perm: [0, 2, 1] }),
      ],
      inputs: [{ name: 'input_values', dtype: 'float32', shape: ['batch', 'samples'] }],
      outputs: [{ name: 'last_hidden_state', dtype: 'float32', shape: ['batch', 'time', WIDTH] }],
      initializers: new Map([
        ['channel', int64([1])],
        ['first.weight', weight([8, 1, 80], Math.sqrt(2 / 80))],
        ['first.bias', weight([8], 0.1)],
        ['second.weight', weight([WIDTH, 8, 5], Math.sqrt(2 / 40))],
        ['second.bias', weight([WIDTH], 0.1)],
      ]),
    },
    metadata: {},
  };
}
