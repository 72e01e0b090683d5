import { mkdtemp, readFile, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { inspectInputs, writeTinyNetwork, writeTinyWaveform } from '@espalier/conformance';
import { testBackbone } from '@espalier/conformance/vitest';
import { defineBackbone, type Backbone, type Preprocessing } from '@espalier/transfer';
import { afterAll, describe, expect, it } from 'vitest';
import { audioPreprocessing } from './audio.js';
import { processorSchema } from './config.js';
import { imagePreprocessing } from './image.js';
import { hfHub } from './index.js';
import { startHub, type Files, type HubRepository } from './testing.js';

const folder = await mkdtemp(join(tmpdir(), 'espalier-hub-modalities-'));
await writeTinyNetwork(join(folder, 'network.onnx'));
await writeTinyWaveform(folder);
const card = '---\nlicense: apache-2.0\n---\n';
const processor = {
  image_processor_type: 'ViTImageProcessor',
  size: { height: 24, width: 24 },
  image_mean: [0.5, 0.5, 0.5],
  image_std: [0.25, 0.25, 0.25],
};
const pictures: Files = {
  'README.md': card,
  'config.json': JSON.stringify({ model_type: 'vit' }),
  'preprocessor_config.json': JSON.stringify(processor),
  'onnx/model.onnx': await readFile(join(folder, 'network.onnx')),
};
const recordings: Files = {
  'README.md': card,
  'config.json': await readFile(join(folder, 'config.json'), 'utf8'),
  'preprocessor_config.json': await readFile(join(folder, 'preprocessor_config.json'), 'utf8'),
  'model.onnx': await readFile(join(folder, 'model.onnx')),
};
const repositories: Record<string, HubRepository> = {
  'team/vit': { files: pictures },
  'team/wav2vec2': { files: recordings },
};
const hub = await startHub(repositories);
afterAll(async () => {
  await hub.close();
  await rm(folder, { recursive: true, force: true });
});

const open = (name: string): Promise<Backbone> => {
  const environment = { endpoint: hub.endpoint, token: null, offline: false, cache: join(folder, 'cache') };
  return hfHub(`hf:${name}`, { environment });
};

async function preprocessingOf(backbone: Backbone): Promise<Preprocessing> {
  const loaded = await defineBackbone(backbone).load({ inspectInputs, cacheFolder: folder });
  return loaded.preprocessing;
}

it('an image model of the hub is looked at as its processor says', async () => {
  const backbone = await open('team/vit');
  expect(backbone).toMatchObject({ modality: 'image', family: 'vit' });
  expect(await preprocessingOf(backbone)).toMatchObject({
    kind: 'image',
    height: 24,
    fit: 'squash',
    scale: 1 / 255,
    mean: processor.image_mean,
    std: processor.image_std,
  });
});

it('a waveform model of the hub hears recordings at its own rate', async () => {
  const backbone = await open('team/wav2vec2');
  expect(backbone).toMatchObject({ modality: 'audio', family: 'wav2vec2' });
  expect(await preprocessingOf(backbone)).toMatchObject({
    kind: 'audio',
    sampleRate: 8000,
    samples: 32_000,
    normalise: 'unit',
  });
});

testBackbone('an image model of the hub', () => open('team/vit'));
testBackbone('a waveform model of the hub', () => open('team/wav2vec2'));

describe('image processors of transformers', () => {
  const input = { name: 'pixel_values', dtype: 'float32', shape: ['batch', 3, 224, 224] } as const;
  it.each([
    [
      'one that resizes and crops',
      {
        size: { shortest_edge: 256 },
        crop_size: { height: 224, width: 224 },
        do_center_crop: true,
        resample: 3,
      },
      { height: 224, fit: 'crop', cropFraction: 0.875, interpolation: 'cubic' },
    ],
    [
      'one that names the share it keeps',
      { size: { shortest_edge: 224 }, crop_pct: 0.875, resample: 3 },
      { height: 224, fit: 'crop', cropFraction: 0.875 },
    ],
    [
      'one that stretches',
      { size: { height: 224, width: 192 } },
      { height: 224, width: 192, fit: 'squash', interpolation: 'linear' },
    ],
    [
      "EfficientNet's, which divides by the deviations twice",
      {
        image_processor_type: 'EfficientNetImageProcessor',
        image_mean: [0.5, 0.5, 0.5],
        image_std: [0.5, 0.5, 0.5],
      },
      { mean: [0.5, 0.5, 0.5], std: [0.25, 0.25, 0.25] },
    ],
    [
      "EfficientNet's without its top, which does not",
      { image_processor_type: 'EfficientNetImageProcessor', include_top: false, image_std: [0.5, 0.5, 0.5] },
      { std: [0.5, 0.5, 0.5] },
    ],
    [
      'one that does not normalise',
      { size: 224, do_normalize: false, image_mean: [0.5, 0.5, 0.5], do_rescale: false },
      { mean: [0, 0, 0], std: [1, 1, 1], scale: 1 },
    ],
  ])('%s', (_, given, expected) => {
    expect(imagePreprocessing(processorSchema.parse(given), [input])).toMatchObject(expected);
  });
});

describe('the preprocessing of recordings', () => {
  const made = (given: object): ReturnType<typeof audioPreprocessing> =>
    audioPreprocessing('team/model', processorSchema.parse(given));

  it("is the Audio Spectrogram Transformer's", () => {
    const given = { feature_extractor_type: 'ASTFeatureExtractor', max_length: 64, num_mel_bins: 32 };
    expect(made({ ...given, do_normalize: true })).toMatchObject({
      samples: 63 * 160 + 400,
      align: 'start',
      representation: {
        bands: 32,
        frames: 64,
        fill: 0,
        mean: -4.2677393,
        std: 2 * 4.5689974,
        layout: 'time,band',
      },
    });
  });

  it("is Whisper's", () => {
    const given = { feature_extractor_type: 'WhisperFeatureExtractor', feature_size: 80, chunk_length: 30 };
    expect(made({ ...given, n_fft: 400, hop_length: 160 })).toMatchObject({
      samples: 480_000,
      representation: { fftSize: 400, bands: 80, frames: 3000, layout: 'band,time' },
    });
  });

  it('is refused where it is another, with what to take instead', () => {
    expect(() => made({ feature_extractor_type: 'ClapFeatureExtractor' })).toThrow(
      /ClapFeatureExtractor.*choose a Wav2Vec2, HuBERT, WavLM, Whisper or AST model/,
    );
  });
});
