import { existsSync } from 'node:fs';
import { basename, dirname, join, resolve } from 'node:path';
import {
  decodeAudio,
  decodeImage,
  mediaOf,
  monoAt,
  requireSound,
  requireText,
  textOf,
  type Encodable,
} from '@espalier/data';
import type { Modality } from '@espalier/transfer';
import { ZeroShotError } from './errors.js';
import { kindOf, type Kind } from './kinds.js';

/** A class and how probable it is, 0..1. */
export interface Scored {
  readonly label: string;
  readonly probability: number;
}

export interface ZeroShotClassifier {
  readonly modality: Modality;
  readonly template: string;
  /**
   * All labels, most probable first.
   *
   * @throws ImageError, AudioError or TextError where the example cannot be read
   */
  classify(example: Encodable): Promise<Scored[]>;
  dispose(): Promise<void>;
}

export interface ZeroShotOptions {
  /** A folder laid out as the Hugging Face hub lays models out, with the model as ONNX. */
  readonly folder: string;
  readonly labels: readonly string[];
  /** The sentence each label is put into, at `{}`. */
  readonly template?: string;
}

/** Opens a model that pairs texts with examples; nothing is fetched. */
export async function openZeroShot(options: ZeroShotOptions): Promise<ZeroShotClassifier> {
  const folder = resolve(options.folder);
  if (options.labels.length < 2) throw new ZeroShotError('give the names of at least two classes');
  const kind = await kindOf(folder);
  const template = options.template ?? kind.template;
  if (!template.includes('{}')) throw new ZeroShotError(`the template '${template}' has no {} for the label`);
  const run = await openPipeline(folder, kind);
  return {
    modality: kind.modality,
    template,
    classify: async (example) => run.classify(example, [...options.labels], template),
    dispose: run.dispose,
  };
}

interface Pipeline {
  readonly classify: (example: Encodable, labels: string[], template: string) => Promise<Scored[]>;
  readonly dispose: () => Promise<void>;
}

async function openPipeline(folder: string, kind: Kind): Promise<Pipeline> {
  // Loaded when it is asked for: it takes longer than most commands.
  const { env, pipeline, RawImage } = await import('@huggingface/transformers');
  env.allowRemoteModels = false;
  env.localModelPath = dirname(folder);
  const settings = { dtype: 'fp32', subfolder: existsSync(join(folder, 'onnx')) ? 'onnx' : '' } as const;
  const name = basename(folder);
  const opened = async <T>(open: () => Promise<T>): Promise<T> => {
    try {
      return await open();
    } catch (cause) {
      throw new ZeroShotError(
        `${folder} holds no model that can be used: a file of it is missing or damaged (ESPALIER_DEBUG=1 shows which); fetch it again`,
        { cause },
      );
    }
  };
  switch (kind.task) {
    case 'zero-shot-classification': {
      const run = await opened(() => pipeline('zero-shot-classification', name, settings));
      return {
        classify: async (example, labels, hypothesis_template) => {
          const text = textOf(example);
          requireText(text, example.id);
          const found = await run(text, labels, { hypothesis_template });
          return found.labels.map((label, i) => ({ label, probability: found.scores[i] as number }));
        },
        dispose: async () => void (await run.dispose()),
      };
    }
    case 'zero-shot-image-classification': {
      const run = await opened(() => pipeline('zero-shot-image-classification', name, settings));
      return {
        classify: async (example, labels, hypothesis_template) => {
          const { data, width, height } = await decodeImage(mediaOf(example), example.id);
          const image = new RawImage(new Uint8ClampedArray(data), width, height, 3);
          return scored(await run(image, labels, { hypothesis_template }));
        },
        dispose: async () => void (await run.dispose()),
      };
    }
    case 'zero-shot-audio-classification': {
      const run = await opened(() => pipeline('zero-shot-audio-classification', name, settings));
      const { sampling_rate: rate = 48_000, nb_max_samples: most = Infinity } = (run.processor
        .feature_extractor?.config ?? {}) as { sampling_rate?: number; nb_max_samples?: number };
      return {
        classify: async (example, labels, hypothesis_template) => {
          const audio = await decodeAudio(mediaOf(example), example.id);
          requireSound(audio, example.id);
          const samples = monoAt(audio, rate);
          return scored(await run(middleOf(samples, most), labels, { hypothesis_template }));
        },
        dispose: async () => void (await run.dispose()),
      };
    }
  }
}

/** The middle of a longer recording, which the pipeline would cut at random. */
function middleOf(samples: Float32Array, most: number): Float32Array {
  if (samples.length <= most) return samples;
  const start = Math.floor((samples.length - most) / 2);
  return samples.slice(start, start + most);
}

/** Not every pipeline sorts. */
const scored = (found: readonly { label: string; score: number }[]): Scored[] =>
  found
    .map(({ label, score }) => ({ label, probability: score }))
    .sort((a, b) => b.probability - a.probability);
