import {
  DatasetsError,
  type ExampleContent,
  type ExampleLocation,
  type StoredDataset,
} from '@espalier/datasets';
import { parseReport, type StudyReport } from '@espalier/study';
import { LRUCache } from 'lru-cache';
import { locationOfDataset, locationOfStudy } from '../data/locations.js';
import { HttpError, sendBytes, sendFile } from './answers.js';
import type { HttpCall } from './handler.js';

/** An example of a dataset: a picture, a recording or a text. */
export async function sendDatasetExample(asked: HttpCall): Promise<void> {
  const { context, access, parts } = asked;
  const [datasetId = '', exampleId = ''] = parts;
  const dataset = await context.database.client.dataset.findFirst({
    where: { id: datasetId, project: { organizationId: access.organizationId } },
    select: { source: true, location: true, options: true },
  });
  if (dataset === null) throw noExample();
  await sendExample(
    asked,
    { place: await locationOfDataset(dataset, context.data), stored: dataset },
    exampleId,
  );
}

/** Examples of the latest reports, cached because a page asks for many examples of one report. */
const spoken = new LRUCache<string, ReadonlySet<string>>({ max: 16, ttl: 60_000 });

/** An example that the report of a study speaks of, from the dataset that the study read. */
export async function sendStudyExample(asked: HttpCall): Promise<void> {
  const { context, access, parts } = asked;
  const [studyId = '', exampleId = ''] = parts;
  const { study: table } = context.database.client;
  const study = await table.findFirst({
    where: { id: studyId, project: { organizationId: access.organizationId } },
    select: { settings: true, endedAt: true, dataset: { select: { source: true, location: true } } },
  });
  if (study === null) throw noExample();
  // One that went on has another report at its new end.
  const key = `${studyId} ${study.endedAt?.toISOString()}`;
  let ids = spoken.get(key);
  if (ids === undefined) {
    const { report } = await table.findUniqueOrThrow({ where: { id: studyId }, select: { report: true } });
    if (report === null) throw noExample();
    ids = idsOf(parseReport(report, 'The report of the study'));
    spoken.set(key, ids);
  }
  if (!ids.has(exampleId)) throw noExample();
  const place = await locationOfStudy(study, context.data);
  await sendExample(asked, { place, stored: study.dataset }, exampleId);
}

const noExample = (): HttpError => new HttpError(404, 'there is no such example');

function idsOf({ evidence, dataset }: StudyReport): ReadonlySet<string> {
  return new Set([
    ...(evidence?.mistakes ?? []).map(({ id }) => id),
    ...(evidence?.cells ?? []).flatMap(({ ids }) => ids),
    ...dataset.leaks.flatMap(({ a, b }) => [a, b]),
  ]);
}

interface Origin {
  readonly place: ExampleLocation;
  /** Null for a dataset that is a path alone. */
  readonly stored: Pick<StoredDataset, 'source'> | null;
}

/** Reads the content of an example; errors do not reveal the folder of unpacked uploads. */
async function contentOf(
  context: HttpCall['context'],
  { place, stored }: Origin,
  id: string,
): Promise<ExampleContent> {
  try {
    return await context.data.examples.content(place, id);
  } catch (error) {
    if (!(error instanceof DatasetsError) || stored?.source !== 'upload') throw error;
    throw new DatasetsError(error.problem, error.message.replaceAll(place.path, 'the upload'), {
      cause: error,
    });
  }
}

async function sendExample(
  { request, response, context }: HttpCall,
  from: Origin,
  id: string,
): Promise<void> {
  const found = await contentOf(context, from, id);
  switch (found.kind) {
    case 'text':
      return sendBytes(response, Buffer.from(found.text), {
        contentType: 'text/plain; charset=utf-8',
        saveAs: null,
      });
    case 'picture':
      return sendBytes(response, found.bytes, { contentType: found.contentType, saveAs: null });
    case 'recording':
      return sendFile(request, response, found, { contentType: found.contentType, saveAs: null });
  }
}
