import {
  allowedPath,
  contentTypeOf,
  datasetSummarySchema,
  splitSchema,
  uploadKey,
  type Upload,
} from '@espalier/datasets';
import type { Prisma } from '@espalier/store';
import { faultOfLayout } from '@espalier/study';
import { TRPCError } from '@trpc/server';
import { z } from 'zod';
import { made, nothing, page } from '../answers/common.js';
import { dataset, listedDataset, samples, upload } from '../answers/data.js';
import type { Access, Context } from '../context.js';
import { membersKey, type DatasetRow } from '../data/inspections.js';
import { telling } from '../failures.js';
import { decodeCursor, encodeCursor, moment, pageInput, pageOf } from '../inputs/paging.js';
import { datasetShape } from '../answers/shapes.js';
import { escapeLike, plainText } from '../inputs/texts.js';
import { memberProcedure, notFound, router, viewerProcedure } from '../trpc.js';
import { requireProject, requireUpload, uploadStart } from '../inputs/uploads.js';

const id = z.uuid();
const name = plainText(100).min(1);
/** Prisma's code where a row with a unique value is there already. */
const TAKEN = 'P2002';

const purpose = 'dataset';

const withProject = { project: { select: { organizationId: true } } } as const;

/** Options of reading a dataset: its layout, the columns of a table, and the groups that stay in one split. */
const readInput = z.strictObject({
  /** One that `offer.get` lists; looked at where it is left out. */
  layout: plainText(100).min(1).optional(),
  /** Whether the first line of a CSV or TSV table names the columns; looked at where it is left out. */
  header: z.boolean().optional(),
  imageColumn: plainText(200).optional(),
  audioColumn: plainText(200).optional(),
  textColumn: plainText(200).optional(),
  labelColumn: plainText(200).optional(),
  groupColumn: plainText(200).optional(),
  /** Name of a part of the file names, such as `speaker`; a regular expression of a stranger could run for ever. */
  groupPattern: z
    .string()
    .regex(/^[a-z][a-z_]{0,49}$/i, 'a word such as speaker')
    .optional(),
  /** Whether classes of too few examples are left out, and named, instead of being an error. */
  dropSmallClasses: z.boolean().optional(),
});

/** @throws TRPCError where a layout is named that nobody reads */
async function requireLayout({ data }: Context, { layout }: z.infer<typeof readInput>): Promise<void> {
  const fault = faultOfLayout(layout, await data.offer());
  if (fault !== null) throw new TRPCError({ code: 'BAD_REQUEST', message: `layout: ${fault.reason}` });
}

async function requireDataset({ database }: Context, access: Access, datasetId: string): Promise<DatasetRow> {
  const row = await database.client.dataset.findFirst({
    where: { id: datasetId, project: { organizationId: access.organizationId } },
    include: withProject,
  });
  if (row === null) throw notFound('dataset');
  return row;
}

/** A name that another dataset of the project has. */
function nameTaken(called: string): (cause: unknown) => never {
  return (cause) => {
    if ((cause as { code?: unknown }).code !== TAKEN) throw cause;
    const message = `there is a dataset '${called}' in the project already; choose another name`;
    throw new TRPCError({ code: 'CONFLICT', message, cause });
  };
}

/** The dataset that was made of an upload already, if any. */
const datasetOf = ({ database }: Context, upload: Upload): Promise<{ readonly id: string } | null> =>
  database.client.dataset.findFirst({
    where: { projectId: upload.projectId, location: uploadKey(upload) },
    select: { id: true },
  });

interface Named {
  readonly name: string;
  readonly options: z.infer<typeof readInput>;
}

async function makeDataset(ctx: Context, upload: Upload, { name: called, options }: Named) {
  const { dataset, artifact } = ctx.database.client;
  const { projectId } = upload;
  // Before the file is put together, which takes a while.
  const taken = await dataset.findFirst({ where: { projectId, name: called }, select: { id: true } });
  if (taken !== null) nameTaken(called)({ code: TAKEN });
  const { key, sha256, bytes } = await telling(ctx.data.uploads.assemble(upload));
  const contentType = contentTypeOf(upload.name, purpose);
  const create = { projectId, key, sha256, bytes: BigInt(bytes), contentType };
  await artifact.upsert({ where: { key }, create, update: {} });
  return dataset
    .create({ data: { projectId, name: called, source: 'upload', location: key, options } })
    .catch(async (cause: unknown) => (await datasetOf(ctx, upload)) ?? nameTaken(called)(cause));
}

export const datasets = router({
  list: viewerProcedure
    .meta({ about: 'Lists datasets, newest first' })
    .output(page(listedDataset))
    .input(pageInput.extend({ projectId: id.optional(), search: plainText(100).optional() }))
    .query(async ({ ctx: { database, access }, input }) => {
      const from = decodeCursor(input.cursor, moment);
      const before: Prisma.DatasetWhereInput[] =
        from === null
          ? []
          : [{ OR: [{ createdAt: { lt: from.key } }, { createdAt: from.key, id: { lt: from.id } }] }];
      const rows = await database.client.dataset.findMany({
        where: {
          project: { organizationId: access.organizationId },
          ...(input.projectId !== undefined && { projectId: input.projectId }),
          ...(input.search && { name: { contains: escapeLike(input.search), mode: 'insensitive' } }),
          AND: before,
        },
        orderBy: [{ createdAt: 'desc' }, { id: 'desc' }],
        take: input.limit + 1,
        omit: { summary: true },
        include: { _count: { select: { studies: true } } },
      });
      return pageOf(rows, input.limit, (row) => ({ key: row.createdAt, id: row.id }), datasetShape);
    }),

  get: viewerProcedure
    .meta({ about: 'Gives a dataset, and what is in it once it was looked into' })
    .output(dataset)
    .input(z.object({ id }))
    .query(async ({ ctx, input }) => {
      const row = await requireDataset(ctx, ctx.access, input.id);
      const studies = await ctx.database.client.study.count({ where: { datasetId: row.id } });
      return {
        ...datasetShape({ ...row, _count: { studies } }),
        summary: row.summary === null ? null : datasetSummarySchema.parse(row.summary),
        progress: ctx.data.inspections.progressOf(row.id),
      };
    }),

  register: memberProcedure
    .meta({ about: 'Makes a dataset of what the server reads where it lies' })
    .output(made)
    .input(z.object({ projectId: id, name, path: plainText(4096).min(1), options: readInput.default({}) }))
    .mutation(async ({ ctx, input }) => {
      await requireProject(ctx, ctx.access, input.projectId);
      await requireLayout(ctx, input.options);
      const location = await telling(allowedPath(ctx.data.policy, input.path));
      const { projectId, name: called, options } = input;
      const row = await ctx.database.client.dataset
        .create({ data: { projectId, name: called, source: 'path', location, options } })
        .catch(nameTaken(called));
      return { id: row.id };
    }),

  rename: memberProcedure
    .meta({ about: 'Renames a dataset' })
    .output(nothing)
    .input(z.object({ id, name }))
    .mutation(async ({ ctx, input }) => {
      await requireDataset(ctx, ctx.access, input.id);
      await ctx.database.client.dataset
        .update({ where: { id: input.id }, data: { name: input.name } })
        .catch(nameTaken(input.name));
    }),

  remove: memberProcedure
    .meta({ about: 'Forgets a dataset that no study uses; of one that was uploaded, the file goes too' })
    .output(nothing)
    .input(z.object({ id }))
    .mutation(async ({ ctx, input }) => {
      const row = await requireDataset(ctx, ctx.access, input.id);
      await ctx.data.inspections.stop(row.id);
      const unused = { id: row.id, studies: { none: {} } };
      const { count } = await ctx.database.client.dataset.deleteMany({ where: unused });
      if (count === 0) {
        const message = 'studies use the dataset, which would no longer say what they learned from; it stays';
        throw new TRPCError({ code: 'CONFLICT', message });
      }
      await ctx.data.blobs.remove(membersKey(row));
      if (row.source === 'path') return;
      await ctx.data.blobs.remove(row.location);
      await ctx.database.client.artifact.deleteMany({ where: { key: row.location } });
    }),

  beginUpload: memberProcedure
    .meta({ about: 'Says which file will come, in parts by PUT to `/api/uploads/<id>/<part>`' })
    .output(upload)
    .input(uploadStart)
    .mutation(async ({ ctx, input }) => {
      await requireProject(ctx, ctx.access, input.projectId);
      return telling(ctx.data.uploads.begin(input));
    }),

  uploadStatus: memberProcedure
    .meta({ about: 'Says which parts of an upload are there' })
    .output(upload)
    .input(z.object({ id }))
    .query(async ({ ctx, input }) => {
      return ctx.data.uploads.status(await requireUpload(ctx, ctx.access, { id: input.id, purpose }));
    }),

  completeUpload: memberProcedure
    .meta({
      about: 'Makes a dataset of an upload whose parts are all there; asked again, it gives the same dataset',
    })
    .output(made)
    .input(z.object({ id, name, options: readInput.default({}) }))
    .mutation(async ({ ctx, input }) => {
      const upload = await requireUpload(ctx, ctx.access, { id: input.id, purpose });
      await requireLayout(ctx, input.options);
      const made = (await datasetOf(ctx, upload)) ?? (await makeDataset(ctx, upload, input));
      await ctx.data.uploads.discard(upload);
      return { id: made.id };
    }),

  inspect: memberProcedure
    .meta({ about: 'Begins to look into a dataset; `get` says how far it is' })
    .output(nothing)
    .input(z.object({ id }))
    .mutation(async ({ ctx, input }) => {
      await ctx.data.inspections.begin(await requireDataset(ctx, ctx.access, input.id));
    }),

  samples: viewerProcedure
    .meta({
      about: 'Lists examples of a dataset that was looked into, of a class and a split where they are named',
    })
    .output(samples)
    .input(pageInput.extend({ id, label: z.int32().min(0).optional(), split: splitSchema.optional() }))
    .query(async ({ ctx, input }) => {
      const row = await requireDataset(ctx, ctx.access, input.id);
      const from = decodeCursor(input.cursor, z.int32().min(0));
      if (row.state !== 'ready') {
        throw new TRPCError({
          code: 'PRECONDITION_FAILED',
          message: 'the dataset has not been inspected yet; inspect it first',
        });
      }
      const { label, split, limit } = input;
      const members = (await telling(ctx.data.inspections.members(row))).filter(
        (member) =>
          (label === undefined || member.label === label) && (split === undefined || member.split === split),
      );
      const start = from?.key ?? 0;
      const end = start + limit;
      return {
        items: members.slice(start, end),
        total: members.length,
        next: end < members.length ? encodeCursor({ key: end, id: row.id }) : null,
      };
    }),
});
