import type { Modality } from '@espalier/transfer';

/** Request format for the examples of a modality. */
export interface ModalityInputs {
  /** Names under which a JSON body holds one input or a list of them. */
  readonly names: { readonly one: string; readonly many: string };
  /** A body of JSON, as a sentence shows it. */
  readonly jsonExample: string;
  /** Expected input, after "the model classifies". */
  readonly instructions: string;
  /** The content types of a request's body. */
  readonly accepted: readonly string[];
  /** Those of the file itself as a body; null where an example is no file. */
  readonly files: RegExp | null;
}

export const inputsOf: Readonly<Record<Modality, ModalityInputs>> = {
  text: {
    names: { one: 'text', many: 'texts' },
    jsonExample: '{"texts": ["...", "..."]}',
    instructions: 'texts: send {"texts": ["..."]} as application/json',
    accepted: ['application/json'],
    files: null,
  },
  image: {
    names: { one: 'image', many: 'images' },
    jsonExample: '{"images": ["<base64>", "<base64>"]}',
    instructions:
      'images: send them as the files of a multipart/form-data form, in base64 as {"images": ["..."]}, or one as an image/* body',
    accepted: ['multipart/form-data', 'application/json', 'image/*'],
    files: /^image\//,
  },
  audio: {
    names: { one: 'audio', many: 'audios' },
    jsonExample: '{"audios": ["<base64>", "<base64>"]}',
    instructions:
      'recordings: send them as the files of a multipart/form-data form, in base64 as {"audios": ["..."]}, or one as an audio/* body',
    accepted: ['multipart/form-data', 'application/json', 'audio/*'],
    files: /^audio\//,
  },
};
