import { existsSync } from 'node:fs';
import { hostname } from 'node:os';
import {
  cancelStudy,
  continueStudy,
  extendStudy,
  hasEnded,
  pauseStudy,
  QueueError,
  removeStudy,
  retireStudy,
  setPriority,
  submitStudy,
  type Queue,
} from '@espalier/queue';
import { faultOfRequest, formerAsked, studyRequestSchema, type StudyRequest } from '@espalier/study';
import { journalPath } from '@espalier/study/folder';
import { faultsOf } from '@espalier/transfer';
import { context as active, propagation } from '@opentelemetry/api';
import { TRPCError } from '@trpc/server';
import { z } from 'zod';
import { made, nothing } from '../answers/common.js';
import type { Context } from '../context.js';
import { reference } from '../inputs/references.js';
import { plainText } from '../inputs/texts.js';
import { memberProcedure, notFound } from '../trpc.js';
import { requireUsable } from './addedBackbones.js';
import { requireStudy, visible } from './visible.js';

const id = z.uuid();

const { shape } = studyRequestSchema;

/** Request of a study, without the parts that the server adds: the dataset's path and the caches. */
const askedSchema = z.strictObject({
  /** The one that comes along for the dataset's modality where none is named. */
  backbones: z.array(reference).min(1).max(20).optional(),
  validation: shape.dataset.shape.validation,
  test: shape.dataset.shape.test,
  maxCorruptFraction: shape.dataset.shape.maxCorruptFraction,
  task: shape.task,
  objective: shape.objective,
  limits: shape.limits.describe(
    'Most that the answer may cost, by the names of the costs, each in its first unit; `offer.get` lists these',
  ),
  also: shape.also,
  commercial: shape.commercial,
  seed: shape.seed,
  sampler: shape.sampler,
  pruner: shape.pruner,
  space: shape.space.describe('Ranges by the names of the dimensions; `offer.get` lists these'),
  training: shape.training,
  budget: shape.budget,
  useEverything: shape.useEverything,
  folds: shape.folds,
  seeds: shape.seeds,
  baseline: shape.baseline,
  baselineRates: shape.baselineRates,
  engine: shape.engine,
});

/** Names of earlier versions are understood. */
const searchSchema = z.preprocess((asked: z.input<typeof askedSchema>) => formerAsked(asked), askedSchema);
type Search = z.output<typeof searchSchema>;

const priority = z.number().int().min(-100).max(100);

interface AskedDataset {
  readonly name: string;
  readonly location: string;
  readonly options: unknown;
  readonly modality: string | null;
}

/** Everything the runner wants to know. */
async function settingsOf(
  ctx: Context,
  name: string,
  dataset: AskedDataset,
  search: Search,
): Promise<StudyRequest> {
  const { validation, test, maxCorruptFraction, backbones, ...rest } = search;
  const fault = faultOfRequest(search, await ctx.data.offer());
  if (fault !== null) {
    const message = `${fault.path.map(String).join('.')}: ${fault.reason}`;
    throw new TRPCError({ code: 'BAD_REQUEST', message });
  }
  const parsed = studyRequestSchema.safeParse({
    ...rest,
    command: `the study '${name}' of a server`,
    origin: 'server',
    dataset: {
      ...(dataset.options as object),
      ...{ path: dataset.location, name: dataset.name, validation, test, maxCorruptFraction },
    },
    backbones: backbones ?? [await usualBackbone(ctx, dataset)],
  });
  if (parsed.success) return parsed.data;
  throw new TRPCError({ code: 'BAD_REQUEST', message: faultsOf(parsed.error), cause: parsed.error });
}

async function usualBackbone({ data }: Context, { modality }: AskedDataset): Promise<string> {
  const known = await data.backbones();
  const usual = known.find((one) => one.embedded && one.modality === modality);
  if (usual !== undefined) return usual.id;
  throw new TRPCError({
    code: 'PRECONDITION_FAILED',
    message: "the dataset's modality is unknown; inspect it first, or name the backbones",
  });
}

/** Converts a refusal of the queue into an error for people. */
const telling = <T>(work: Promise<T>): Promise<T> =>
  work.catch((cause: unknown) => {
    if (!(cause instanceof QueueError)) throw cause;
    throw new TRPCError({ code: 'CONFLICT', message: cause.message, cause });
  });

/** A procedure that changes what becomes of a study. */
const control = (about: string, change: (queue: Queue, studyId: string) => Promise<void>) =>
  memberProcedure
    .meta({ about })
    .input(z.object({ id }))
    .output(nothing)
    .mutation(async ({ ctx, input }) => {
      await requireStudy(ctx, ctx.access, input.id);
      await telling(change(ctx.queue, input.id));
    });

/** Procedures on the work of studies, which the workers do. */
export const work = {
  create: memberProcedure
    .meta({ about: 'Queues a study of a dataset' })
    .output(made)
    .input(
      z.object({
        datasetId: id,
        name: plainText(200).min(1),
        search: searchSchema.prefault({}),
        priority: priority.default(0),
      }),
    )
    .mutation(async ({ ctx, input }) => {
      const { organizationId } = ctx.access;
      const dataset = await ctx.database.client.dataset.findFirst({
        where: { id: input.datasetId, project: { organizationId } },
      });
      if (dataset === null) throw notFound('dataset');
      const { projectId, id: datasetId } = dataset;
      const { name } = input;
      await requireUsable(ctx, projectId, input.search.backbones ?? []);
      const settings = await settingsOf(ctx, name, dataset, input.search);
      const carrier: { traceparent?: string } = {};
      propagation.inject(active.active(), carrier);
      const trace = carrier.traceparent ?? null;
      const study = { projectId, datasetId, name, settings, priority: input.priority, trace };
      return { id: await submitStudy(ctx.queue, study) };
    }),

  pause: control('Pauses a study: what runs stops behind its last epoch, and nothing new begins', pauseStudy),
  resume: control('Goes on with a study that rests', continueStudy),
  cancel: control('Ends a study; what was found stays', cancelStudy),

  prioritise: memberProcedure
    .meta({ about: 'Gives a study another priority; the larger is done first' })
    .output(nothing)
    .input(z.object({ id, priority }))
    .mutation(async ({ ctx, input }) => {
      await requireStudy(ctx, ctx.access, input.id);
      await telling(setPriority(ctx.queue, input.id, input.priority));
    }),

  extend: memberProcedure
    .meta({ about: 'Goes on with a study that is finished, behind the trials that it has' })
    .output(nothing)
    .input(
      z.object({
        id,
        trials: z.number().int().min(1).max(1000).describe('Maximum number of further trials'),
        seconds: z
          .number()
          .positive()
          .optional()
          .describe('Maximum number of further seconds of work; no limit by default'),
      }),
    )
    .mutation(async ({ ctx, input }) => {
      await requireStudy(ctx, ctx.access, input.id);
      const { trials, seconds = null } = input;
      await telling(extendStudy(ctx.queue, input.id, { trials, seconds }));
    }),

  remove: memberProcedure
    .meta({ about: 'Deletes a study that has ended, with its trials, its report and its models' })
    .output(nothing)
    .input(z.object({ id }))
    .mutation(async ({ ctx, input }) => {
      const where = { id: input.id, ...visible(ctx.access) };
      const study = await ctx.database.client.study.findFirst({
        where,
        select: { host: true, folder: true, models: { select: { id: true } } },
      });
      if (study === null) throw notFound('study');
      const folder = ownFolder(study);
      if (folder !== null) requireGone(folder);
      await telling(retireStudy(ctx.queue, input.id, folder !== null));
      const prefix = `studies/${input.id}/`;
      for await (const { key } of ctx.data.blobs.list(prefix)) await ctx.data.blobs.remove(key);
      await telling(removeStudy(ctx.queue, input.id, prefix));
      for (const model of study.models) await ctx.data.predictors.forget(model.id);
    }),
};

interface Placed {
  /** The machine of its folder; null, as its folder, where workers do it. */
  readonly host: string | null;
  readonly folder: string | null;
}

/** The folder of a study, where it is one of this machine. */
const ownFolder = ({ host, folder }: Placed): string | null => (host === hostname() ? folder : null);

/** @throws TRPCError where the folder of a study of this machine would bring it back */
function requireGone(folder: string): void {
  if (!existsSync(journalPath(folder))) return;
  const message = `it lies in ${folder}, from where the server would read it again; delete that folder first`;
  throw new TRPCError({ code: 'CONFLICT', message });
}

/** Whether a study can be deleted now. */
export function isRemovable(study: Placed & { readonly state: string }): boolean {
  const folder = ownFolder(study);
  return folder === null ? hasEnded(study.state) : !existsSync(journalPath(folder));
}
