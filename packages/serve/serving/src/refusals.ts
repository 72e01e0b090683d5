import { counted } from '@espalier/data';
import type { Modality } from '@espalier/transfer';
import { RequestError } from './errors.js';
import { inputsOf } from './modalities.js';
import type { Limits } from './settings.js';

export function unsupported(given: string | undefined, modality: Modality): RequestError {
  const problem =
    given === undefined
      ? 'the request has no content type'
      : `${shown(given)} is not a content type of this model`;
  return notOfModel(problem, modality);
}

/** Refuses an input that the model does not classify. */
export const notOfModel = (problem: string, modality: Modality): RequestError =>
  new RequestError(
    415,
    'unsupported_media_type',
    `${problem}; the model classifies ${inputsOf[modality].instructions}`,
  );

export const tooManyInputs = ({ inputs }: Limits): RequestError =>
  new RequestError(
    413,
    'too_many_inputs',
    `a request takes at most ${counted(inputs, 'input')}; send several requests`,
  );

export const tooLarge = ({ bodyBytes, fileBytes }: Limits): RequestError =>
  new RequestError(
    413,
    'body_too_large',
    `the body is too large; a file may have at most ${fileBytes} bytes, and a body ${bodyBytes}`,
  );

/** @param which the file, such as `a file` or `images[2]` */
export const fileTooLarge = (which: string, { fileBytes }: Limits): RequestError =>
  new RequestError(413, 'file_too_large', `${which} has more than ${fileBytes} bytes`);

const LONGEST_NAME = 200;

/** Shortens a client's text, and replaces its control characters, for an answer. */
export const shown = (text: string): string =>
  text.replace(/[\u0000-\u001f\u007f-\u009f]/g, '?').slice(0, LONGEST_NAME);
