import { counted } from '@espalier/data';
import multipart from '@fastify/multipart';
import type { Predictable } from '@espalier/runner';
import type { Modality } from '@espalier/transfer';
import type { FastifyInstance, FastifyRequest } from 'fastify';
import { RequestError } from './errors.js';
import type { Limits } from './settings.js';

/** The content types of a request's body, by what a model classifies. */
export const accepted: Readonly<Record<Modality, readonly string[]>> = {
  text: ['application/json'],
  image: ['multipart/form-data', 'image/*'],
  audio: ['multipart/form-data', 'audio/*'],
};

const instructions: Readonly<Record<Modality, string>> = {
  text: 'texts: send {"texts": ["..."]} as application/json',
  image: 'images: send them as the files of a multipart/form-data form, or one as an image/* body',
  audio: 'recordings: send them as the files of a multipart/form-data form, or one as an audio/* body',
};

/** Teaches an application the bodies that a model reads; every other is refused before it is read. */
export async function acceptBodies(app: FastifyInstance, modality: Modality, limits: Limits): Promise<void> {
  app.removeAllContentTypeParsers();
  if (modality === 'text') {
    app.addContentTypeParser(
      'application/json',
      { parseAs: 'string', bodyLimit: limits.bodyBytes },
      app.getDefaultJsonParser('error', 'error'),
    );
  } else {
    await app.register(multipart, {
      limits: { files: limits.inputs, fileSize: limits.fileBytes, fields: 1, fieldSize: 1024 },
    });
    const raw = modality === 'image' ? /^image\// : /^audio\//;
    app.addContentTypeParser(
      raw,
      { parseAs: 'buffer', bodyLimit: limits.fileBytes },
      (_request, body, done) => {
        done(null, body);
      },
    );
  }
  app.addContentTypeParser('*', (request, _payload, done) => {
    done(unsupported(request.headers['content-type'], modality));
  });
}

export function unsupported(given: string | undefined, modality: Modality): RequestError {
  const problem = given === undefined ? 'there is no content type' : `${shown(given)} is not read here`;
  const message = `${problem}, as the model classifies ${instructions[modality]}`;
  return new RequestError(415, 'unsupported_media_type', message);
}

/**
 * What a request asks to classify.
 *
 * @throws RequestError where its body is not what the model reads, or more than a request may ask for
 */
export async function readInputs(
  request: FastifyRequest,
  modality: Modality,
  limits: Limits,
): Promise<Predictable[]> {
  const inputs = await inputsOf(request, modality, limits);
  if (inputs.length > 0) return inputs;
  throw new RequestError(
    400,
    'no_inputs',
    `there is nothing to classify; the model classifies ${instructions[modality]}`,
  );
}

async function inputsOf(request: FastifyRequest, modality: Modality, limits: Limits): Promise<Predictable[]> {
  const { body } = request;
  if (modality === 'text') return body === undefined ? [] : textsOf(body, limits);
  if (request.isMultipart()) return filesOf(request, limits);
  return body instanceof Uint8Array ? [{ id: 'the body', content: { kind: 'bytes', bytes: body } }] : [];
}

/** Checked by hand: a schema's complaints about a million entries would take as many objects. */
function textsOf(body: unknown, limits: Limits): Predictable[] {
  const texts = typeof body === 'object' && body !== null && 'texts' in body ? body.texts : undefined;
  if (!Array.isArray(texts)) {
    throw new RequestError(400, 'invalid_request', 'the body has to be {"texts": ["...", "..."]}');
  }
  if (texts.length > limits.inputs) throw tooManyInputs(limits);
  return texts.map((text: unknown, i) => {
    const id = `texts[${i}]`;
    if (typeof text !== 'string') throw new RequestError(400, 'invalid_request', `${id} is not a string`);
    return { id, content: { kind: 'text', text } };
  });
}

async function filesOf(request: FastifyRequest, limits: Limits): Promise<Predictable[]> {
  const inputs: Predictable[] = [];
  let total = 0;
  try {
    for await (const part of request.parts()) {
      if (part.type === 'field') {
        const message = `the form's field '${shown(part.fieldname)}' is not a file; send every input as a file`;
        throw new RequestError(400, 'invalid_request', message);
      }
      const bytes = await part.toBuffer();
      total += bytes.length;
      if (total > limits.bodyBytes) throw tooLarge(limits);
      const id = shown(part.filename ?? '') || `file ${inputs.length + 1}`;
      inputs.push({ id, content: { kind: 'bytes', bytes } });
    }
  } catch (error) {
    throw multipartFailure(error, limits);
  }
  return inputs;
}

function multipartFailure(error: unknown, limits: Limits): RequestError {
  if (error instanceof RequestError) return error;
  const code = error instanceof Error && 'code' in error ? error.code : undefined;
  if (code === 'FST_REQ_FILE_TOO_LARGE') {
    const message = `a file has more than ${limits.fileBytes} bytes`;
    return new RequestError(413, 'file_too_large', message);
  }
  if (code === 'FST_FILES_LIMIT' || code === 'FST_PARTS_LIMIT') return tooManyInputs(limits);
  return new RequestError(
    400,
    'invalid_multipart',
    'the multipart form is cut short or malformed; let your HTTP library write it, with its boundary',
  );
}

const tooManyInputs = ({ inputs }: Limits): RequestError =>
  new RequestError(
    413,
    'too_many_inputs',
    `a request may have at most ${counted(inputs, 'input')}; send several requests`,
  );

export const tooLarge = ({ bodyBytes, fileBytes }: Limits): RequestError =>
  new RequestError(
    413,
    'body_too_large',
    `the body is too large: a file may have ${fileBytes} bytes, and a body ${bodyBytes}`,
  );

const LONGEST_NAME = 200;

/** What a client wrote, as far as an answer repeats it. */
const shown = (text: string): string =>
  text.replace(/[\u0000-\u001f\u007f-\u009f]/g, '?').slice(0, LONGEST_NAME);
