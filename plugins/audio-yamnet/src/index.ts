import { existsSync } from 'node:fs';
import { readFile, stat } from 'node:fs/promises';
import { dirname, join, resolve } from 'node:path';
import {
  BackboneError,
  defineBackbone,
  licenceFromSpdx,
  type AudioPreprocessing,
  type Backbone,
  type GraphInput,
} from '@espalier/transfer';

/** Seconds that one patch of the network covers: 96 frames of 10 ms and the rest of the last window. */
const SAMPLE_RATE = 16_000;
const FRAMES = 96;
const BANDS = 64;
const WINDOW = 400;
const HOP = 160;

/** Log-mel patches as YAMNet was trained with (Google, AudioSet; its params.py and features.py). */
const preprocessing: AudioPreprocessing = {
  kind: 'audio',
  sampleRate: SAMPLE_RATE,
  samples: WINDOW + (FRAMES - 1) * HOP,
  normalise: 'none',
  representation: {
    kind: 'logMel',
    fftSize: 512,
    window: WINDOW,
    hop: HOP,
    bands: BANDS,
    low: 125,
    high: 7500,
    scale: 'htk',
    triangles: 'mel',
    areaNormalised: false,
    power: 1,
    offset: 0.001,
    mean: 0,
    std: 1,
    centred: false,
    layout: 'time,band,1',
  },
};

/** The file of a path that is a model or the folder it lies in; null where there is none. */
async function modelAt(path: string): Promise<string | null> {
  const info = await stat(path).catch(() => null);
  if (info === null) return null;
  const file = info.isDirectory() ? join(path, 'model.onnx') : path;
  return existsSync(file) ? resolve(file) : null;
}

/** Marks of the network's graph, which its exporters keep. */
const marks = ['log_mel', 'embedding', 'logits'];

/** Whether a path holds YAMNet: it reads `log_mel` and gives `embedding` and `logits`. */
export async function isYamnet(path: string): Promise<boolean> {
  const model = await modelAt(path);
  if (model === null || !model.endsWith('.onnx')) return false;
  const bytes = await readFile(model);
  return marks.every((mark) => bytes.includes(mark));
}

/**
 * YAMNet (Plakal & Ellis, 2019): MobileNetV1 on log-mel patches of 0.96 s, trained on AudioSet.
 *
 * @param path of the ONNX file or its folder
 */
export async function audioYamnet(path: string): Promise<Backbone> {
  const modelPath = await modelAt(path);
  if (modelPath === null) throw new BackboneError(`there is no model.onnx at ${path}; check the path`);
  const licensed = existsSync(join(dirname(modelPath), 'LICENSE'));
  return defineBackbone({
    id: 'audio-yamnet',
    family: 'yamnet',
    modality: 'audio',
    parameters: null,
    licence: licenceFromSpdx('Apache-2.0'),
    source: { kind: 'file', path: modelPath },
    citation: 'Howard et al., "MobileNets: Efficient Convolutional Neural Networks", 2017',
    load: async ({ inspectInputs }) => {
      requirePatch(await inspectInputs(modelPath), modelPath);
      return {
        modelPath,
        preprocessing,
        features: { tensor: 'embedding', pooling: 'mean' },
        notes: licensed ? [] : ['its licence, Apache-2.0, is that of the published network'],
      };
    },
  });
}

function requirePatch(inputs: readonly GraphInput[], path: string): void {
  const [input] = inputs;
  const wanted = [FRAMES, BANDS, 1];
  if (inputs.length === 1 && input?.shape.slice(1).join() === wanted.join()) return;
  const found = inputs.map(({ name, shape }) => `${name} [${shape.join(', ')}]`).join(', ');
  throw new BackboneError(
    `${path} is not a YAMNet; it reads ${found}, but YAMNet reads log_mel [batch, ${wanted.join(', ')}]`,
  );
}
