import multipart from '@fastify/multipart';
import type { Predictable } from '@espalier/runner';
import type { Modality } from '@espalier/transfer';
import type { FastifyInstance, FastifyRequest } from 'fastify';
import { RequestError } from './errors.js';
import { jsonInputs } from './jsonInputs.js';
import { inputsOf } from './modalities.js';
import { fileTooLarge, shown, tooLarge, tooManyInputs, unsupported } from './refusals.js';
import type { Limits } from './settings.js';

/** Teaches an application the bodies that a model reads; every other is refused before it is read. */
export async function acceptBodies(app: FastifyInstance, modality: Modality, limits: Limits): Promise<void> {
  app.removeAllContentTypeParsers();
  app.addContentTypeParser(
    'application/json',
    { parseAs: 'string', bodyLimit: limits.bodyBytes },
    app.getDefaultJsonParser('error', 'error'),
  );
  const { files } = inputsOf[modality];
  if (files !== null) {
    await app.register(multipart, {
      limits: { files: limits.inputs, fileSize: limits.fileBytes, fields: 1, fieldSize: 1024 },
    });
    app.addContentTypeParser(
      files,
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

/**
 * Reads the inputs of a request.
 *
 * @throws RequestError where its body is not what the model reads, or more than a request may ask for
 */
export async function readInputs(
  request: FastifyRequest,
  modality: Modality,
  limits: Limits,
): Promise<Predictable[]> {
  const inputs = await readBody(request, modality, limits);
  if (inputs.length > 0) return inputs;
  throw new RequestError(
    400,
    'no_inputs',
    `the request has no inputs; the model classifies ${inputsOf[modality].instructions}`,
  );
}

async function readBody(request: FastifyRequest, modality: Modality, limits: Limits): Promise<Predictable[]> {
  const { body } = request;
  if (inputsOf[modality].files !== null && request.isMultipart()) return filesOf(request, limits);
  if (body instanceof Uint8Array) return [{ id: 'the body', content: { kind: 'bytes', bytes: body } }];
  return body === undefined ? [] : jsonInputs(body, modality, limits);
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
  if (code === 'FST_REQ_FILE_TOO_LARGE') return fileTooLarge('a file', limits);
  if (code === 'FST_FILES_LIMIT' || code === 'FST_PARTS_LIMIT') return tooManyInputs(limits);
  return new RequestError(
    400,
    'invalid_multipart',
    'the multipart form is truncated or malformed; let an HTTP library write it and set its boundary',
  );
}
