import { createReadStream } from 'node:fs';
import type { Readable } from 'node:stream';
import type { Blobs } from '@espalier/blobs';
import yazl from 'yazl';
import { recordChange } from '../audit.js';
import {
  findModelFile,
  isModelFile,
  modelFileTypes,
  type FileLocation,
  type ModelFile,
} from '../data/modelFiles.js';
import { HttpError, sendFile, sendStream } from './answers.js';
import type { HttpCall } from './handler.js';

/** The name under which all files of a model are had as one. */
export const ARCHIVE = 'model.zip';

/** A file of a model, or all of them in an archive, to keep. */
export async function sendModelFile(asked: HttpCall): Promise<void> {
  const { request, response, context, access, parts } = asked;
  const [id = '', name = ''] = parts;
  const model = await context.database.client.model.findFirst({
    where: { id, project: { organizationId: access.organizationId } },
    select: { location: true },
  });
  if (model === null || (name !== ARCHIVE && !isModelFile(name))) {
    throw new HttpError(404, 'there is no such file');
  }
  const { blobs } = context.data;
  const wanted = isModelFile(name) ? [name] : Object.keys(modelFileTypes).filter(isModelFile);
  const files = await filesOf(model.location, wanted, blobs);
  const [first] = files;
  if (first === undefined) throw new HttpError(404, `${name} is not there any more`);
  // Before it goes out: what is not written down is not given.
  await recordChange(context, access, { path: 'models.download', input: { id, name }, output: null });
  if (!isModelFile(name)) return sendArchive(asked, files);
  const file = { contentType: modelFileTypes[name], saveAs: name };
  const { place } = first;
  if (place.kind === 'path') await sendFile(request, response, place, file);
  else await sendStream(response, await blobs.get(place.key), place.bytes, file);
}

interface Found {
  readonly name: ModelFile;
  readonly place: FileLocation;
}

async function filesOf(
  location: string,
  names: readonly ModelFile[],
  blobs: Blobs,
): Promise<readonly Found[]> {
  const places = await Promise.all(names.map((name) => findModelFile(location, name, blobs)));
  return names.flatMap((name, i) => {
    const place = places[i];
    return place ? [{ name, place }] : [];
  });
}

/** Weights hardly shrink: nothing is compressed, and the length is known before the first byte. */
async function sendArchive({ response, context }: HttpCall, files: readonly Found[]): Promise<void> {
  const zip = new yazl.ZipFile();
  const opened: Readable[] = [];
  const output = zip.outputStream as Readable;
  zip.on('error', (error) => output.destroy(error as Error));
  for (const { name, place } of files) {
    zip.addReadStreamLazy(name, { compress: false, size: place.bytes }, (give) => {
      openFile(place, context.data.blobs).then(
        (stream) => {
          opened.push(stream);
          // Whoever asked went while it was opened, and nobody looks at the list any more.
          if (output.destroyed) stream.destroy();
          else give(null, stream);
        },
        (error: unknown) => output.destroy(error as Error),
      );
    });
  }
  const bytes = await new Promise<number>((resolve) =>
    zip.end({ forceZip64Format: false, comment: '' }, resolve as () => void),
  );
  try {
    await sendStream(response, output, bytes, { contentType: 'application/zip', saveAs: ARCHIVE });
  } finally {
    // Whoever asked may be gone before the last file is read.
    for (const stream of opened) stream.destroy();
  }
}

const openFile = async (place: FileLocation, blobs: Blobs): Promise<Readable> =>
  place.kind === 'path' ? createReadStream(place.path) : blobs.get(place.key);
