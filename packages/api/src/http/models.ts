import { findModelFile, isModelFile, modelFileTypes } from '../data/modelFiles.js';
import { recordChange } from '../audit.js';
import { HttpError, sendFile, sendStream } from './answers.js';
import type { Asked } from './handler.js';

/** A file of a model, to keep. */
export async function sendModelFile({ request, response, context, access, parts }: Asked): Promise<void> {
  const [id = '', name = ''] = parts;
  const model = await context.database.client.model.findFirst({
    where: { id, project: { organizationId: access.organizationId } },
    select: { location: true },
  });
  if (model === null || !isModelFile(name)) throw new HttpError(404, 'there is no such file');
  const { blobs } = context.data;
  const place = await findModelFile(model.location, name, blobs);
  if (place === null) throw new HttpError(404, `${name} is not there any more`);
  // Before it goes out: what is not written down is not given.
  await recordChange(context, access, { path: 'models.download', input: { id, name }, output: null });
  const file = { contentType: modelFileTypes[name], saveAs: name };
  if (place.kind === 'path') await sendFile(request, response, place, file);
  else await sendStream(response, await blobs.get(place.key), place.bytes, file);
}
