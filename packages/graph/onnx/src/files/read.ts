import { closeSync, existsSync, fstatSync, openSync, readSync, realpathSync, statSync } from 'node:fs';
import { readFile, stat } from 'node:fs/promises';
import { basename, dirname, isAbsolute, resolve, sep } from 'node:path';
import { OnnxError } from '../errors.js';
import type { Model } from '../graph/model.js';
import { decodeModel, type ReadExternal } from './decode.js';
import { validateModel } from './validate.js';

/** Protobuf itself ends at 2 GiB; larger models keep their weights in external files. */
const largestFile = 2 ** 31;

/**
 * Reads and validates an `.onnx` file and the external data beside it.
 *
 * @throws OnnxError where the file is missing, truncated, of an operator set that is not
 * supported, or its graph is cyclic or refers to tensors that nothing produces.
 */
export async function readModel(path: string): Promise<Model> {
  const fileName = basename(path);
  const info = await stat(path).catch(() => null);
  if (info === null || !info.isFile()) throw new OnnxError(`there is no model file at ${path}`);
  if (info.size > largestFile) {
    throw new OnnxError(`${fileName} is larger than 2 GiB; export it with external data`);
  }
  const bytes = await readFile(path).catch((cause: Error) => {
    throw new OnnxError(`${fileName} cannot be read: ${cause.message}`, { cause });
  });
  const model = decodeModel(bytes, fileName, externalReader(resolve(path)));
  validateModel(model, fileName);
  return model;
}

function externalReader(model: string): ReadExternal {
  const [folder, fileName] = [dirname(model), basename(model)];
  return (location, offset, length) => {
    const path = resolve(folder, location);
    if (location === '' || isAbsolute(location) || !path.startsWith(folder + sep)) {
      throw new OnnxError(
        `${fileName} stores weights in '${location}', which is outside its own folder; move them into the folder`,
      );
    }
    requireLinksInside(model, path, location);
    return readRange(path, location, fileName, offset, length);
  };
}

/**
 * A link beside the model may lead anywhere, so it is followed first: what it leads to has to lie where the
 * model lies, by its own links too. The hub's cache keeps all files as links into one folder.
 *
 * @throws OnnxError where the data lies outside
 */
function requireLinksInside(model: string, path: string, location: string): void {
  if (!existsSync(path)) return;
  const real = realpathSync(path);
  const folders = [realpathSync(dirname(model)), dirname(realpathSync(model))];
  if (folders.some((folder) => real.startsWith(folder + sep))) return;
  throw new OnnxError(
    `${basename(model)} stores weights in '${location}', a link that leads out of its own folder; replace it with the file`,
  );
}

function readRange(
  path: string,
  location: string,
  fileName: string,
  offset: number,
  length: number | null,
): Uint8Array {
  let descriptor: number;
  try {
    if (!statSync(path).isFile()) throw new OnnxError(`'${location}' is not a file`);
    descriptor = openSync(path, 'r');
  } catch (cause) {
    throw new OnnxError(
      `${fileName} stores weights in '${location}', which does not exist; copy it beside the model`,
      { cause },
    );
  }
  try {
    const size = fstatSync(descriptor).size;
    const count = length ?? size - offset;
    const whole = [offset, count].every((number) => Number.isSafeInteger(number) && number >= 0);
    if (!whole || offset + count > size) {
      throw new OnnxError(
        `${fileName} expects ${count} bytes at ${offset} of '${location}', which has ${size}; it is truncated: fetch it again`,
      );
    }
    const bytes = new Uint8Array(count);
    let done = 0;
    while (done < count) done += readSync(descriptor, bytes, done, count - done, offset + done);
    return bytes;
  } finally {
    closeSync(descriptor);
  }
}
