import type { Predictable } from '@espalier/runner';
import { z } from 'zod';
import { answerJson, HttpError, readBody } from './answers.js';
import type { HttpCall } from './handler.js';

/** As the server of models takes them. */
export const MOST_FILE_BYTES = 16 * 2 ** 20;
const MOST_TEXT_BYTES = 2 ** 20;
/** Classes that are told of. */
const SHOWN = 20;

/** Errors of files that are no longer a model; their messages hold paths that clients must not see. */
const opening: ReadonlySet<string> = new Set(['OnnxError', 'StudyError', 'TokenizerError']);

export const textSchema = z.strictObject({ text: z.string().max(100_000) });

export const answerSchema = z.strictObject({
  labels: z
    .array(z.strictObject({ label: z.string(), probability: z.number().min(0).max(1) }).readonly())
    .describe('Most probable first'),
});

/** Classifies the body: a picture, a recording, or `{"text": "…"}`. */
export async function predict({ request, response, context, access, parts }: HttpCall): Promise<void> {
  const [id = ''] = parts;
  const model = await context.database.client.model.findFirst({
    where: { id, project: { organizationId: access.organizationId } },
    select: { id: true, location: true },
  });
  if (model === null) throw new HttpError(404, 'there is no such model');
  const input = await inputOf(request);
  const outcome = await context.data.predictors.predict(model, input).catch((error: unknown) => {
    if (!(error instanceof Error && opening.has(error.name))) throw error;
    context.onFailure(error, `model ${id}`);
    throw new HttpError(422, 'the model cannot be opened: its files were moved or changed', { cause: error });
  });
  if (outcome.kind === 'unreadable') throw new HttpError(422, outcome.error.message);
  const answer: z.infer<typeof answerSchema> = { labels: outcome.labels.slice(0, SHOWN) };
  answerJson(response, 200, answer);
}

async function inputOf(request: HttpCall['request']): Promise<Predictable> {
  const type = (request.headers['content-type'] ?? '').split(';')[0]?.trim().toLowerCase() ?? '';
  if (type === 'application/json') {
    const body = await readBody(request, MOST_TEXT_BYTES);
    return { id: 'the text', content: { kind: 'text', text: textOf(body) } };
  }
  if (/^(image|audio)\//.test(type)) {
    const bytes = await readBody(request, MOST_FILE_BYTES);
    return { id: 'the file', content: { kind: 'bytes', bytes } };
  }
  throw new HttpError(
    415,
    'send a picture (image/*), a recording (audio/*), or {"text": "…"} as application/json',
  );
}

function textOf(body: Buffer): string {
  try {
    return textSchema.parse(JSON.parse(body.toString('utf8'))).text;
  } catch (cause) {
    throw new HttpError(400, 'the body has to be {"text": "…"}', { cause });
  }
}
