import { allowedPath, contentTypeOf, uploadKey, type Upload } from '@espalier/datasets';
import type { AddedBackboneSource } from '@espalier/store';
import { TRPCError } from '@trpc/server';
import { z } from 'zod';
import { made, nothing } from '../answers/common.js';
import { addedBackbone, upload } from '../answers/data.js';
import type { Access, Context } from '../context.js';
import { backboneFactsSchema, type AddedRow } from '../data/added.js';
import { telling } from '../failures.js';
import { addedId, addedReference, isHubReference } from '../inputs/references.js';
import { plainText } from '../inputs/texts.js';
import { memberProcedure, notFound, viewerProcedure } from '../trpc.js';
import { requireProject, requireUpload, uploadStart } from '../inputs/uploads.js';

const id = z.uuid();
const purpose = 'backbone';

/** Reports and models call the backbone by it. */
const name = z
  .string()
  .regex(/^[a-z0-9][\w./-]{0,99}$/i, 'a name of letters, digits and . _ / -, at most 100 of them');

async function requireAdded(
  { database }: Context,
  { organizationId }: Access,
  backboneId: string,
): Promise<AddedRow> {
  const where = { id: backboneId, project: { organizationId } };
  const row = await database.client.addedBackbone.findFirst({ where });
  if (row === null) throw notFound('backbone');
  return row;
}

/** Studies of the project that name a backbone, whatever became of them. */
const studiesOf = ({ database }: Context, { id: backboneId, projectId }: AddedRow): Promise<number> =>
  database.client.study.count({
    where: { projectId, settings: { path: ['backbones'], array_contains: [addedReference(backboneId)] } },
  });

/** A backbone in a list. */
async function shapeOf(ctx: Context, row: AddedRow) {
  const facts = row.facts === null ? null : backboneFactsSchema.parse(row.facts);
  return {
    id: row.id,
    projectId: row.projectId,
    /** Reference of studies to the backbone. */
    reference: addedReference(row.id),
    name: row.name,
    source: row.source,
    /** A commit and file of a hub, or a path; null for an upload. */
    place: row.source === 'upload' ? null : row.location,
    state: row.state,
    reason: row.reason,
    facts,
    /** Whether its network is on the server's machine, and needs no download any more. */
    there: facts?.pinned ? await ctx.data.isThere(facts.pinned) : row.state === 'ready',
    studies: await studiesOf(ctx, row),
    createdAt: row.createdAt.toISOString(),
  };
}

interface NewBackbone {
  readonly projectId: string;
  readonly name: string;
  readonly source: AddedBackboneSource;
  readonly location: string;
}

/** Two backbones of one name could not be told apart in a report. One that cannot be used makes room. */
async function requireFreeName(ctx: Context, { projectId, name: called }: NewBackbone): Promise<void> {
  const named = (await ctx.data.backbones()).some((one) => one.id === called);
  const row = await ctx.database.client.addedBackbone.findUnique({
    where: { projectId_name: { projectId, name: called } },
  });
  if (row?.state === 'failed' && (await studiesOf(ctx, row)) === 0) return forget(ctx, row);
  if (!named && row === null) return;
  const where = named ? 'there is' : 'in the project there is';
  const message = `${where} a backbone '${called}' already; choose another name`;
  throw new TRPCError({ code: 'CONFLICT', message });
}

async function keep(ctx: Context, asked: NewBackbone): Promise<{ readonly id: string }> {
  const { addedBackbone } = ctx.database.client;
  const row = await addedBackbone.create({ data: asked }).catch(async (cause: unknown) => {
    const same = await sameUpload(ctx, asked);
    if (same !== null) return same;
    await requireFreeName(ctx, asked);
    throw cause;
  });
  await ctx.data.added.begin(row);
  return { id: row.id };
}

/** The backbone that was made of an upload already, by who asked at the same time; null where there is none. */
const sameUpload = async (
  { database }: Context,
  { projectId, source, location }: Omit<NewBackbone, 'name'>,
): Promise<AddedRow | null> =>
  source === 'upload'
    ? database.client.addedBackbone.findFirst({ where: { projectId, source, location } })
    : null;

/** Forgets a backbone; of one that was uploaded, the file goes too. */
async function forget({ database, data }: Context, row: AddedRow): Promise<void> {
  await data.added.stop(row.id);
  await database.client.addedBackbone.deleteMany({ where: { id: row.id } });
  if (row.source !== 'upload') return;
  await data.blobs.remove(row.location);
  await database.client.artifact.deleteMany({ where: { key: row.location } });
}

async function keepUpload(ctx: Context, asked: Upload, called: string): Promise<{ readonly id: string }> {
  const { projectId } = asked;
  const wanted = { projectId, name: called, source: 'upload', location: uploadKey(asked) } as const;
  const known = await sameUpload(ctx, wanted);
  if (known !== null) return known;
  await requireFreeName(ctx, wanted);
  const { key, sha256, bytes } = await telling(ctx.data.uploads.assemble(asked));
  const contentType = contentTypeOf(asked.name, purpose);
  const create = { projectId, key, sha256, bytes: BigInt(bytes), contentType };
  await ctx.database.client.artifact.upsert({ where: { key }, create, update: {} });
  return keep(ctx, wanted);
}

/** Removes the family from a reference to a hub or a path of the server. */
const placeIn = (text: string): string => text.replace(/^[a-z0-9-]+=/, '');

/** @throws TRPCError where it names neither, or a path that the server does not read */
async function locate({ data }: Context, text: string): Promise<Pick<NewBackbone, 'source' | 'location'>> {
  if (isHubReference(text)) return { source: 'hub', location: text };
  const place = placeIn(text);
  if (place.startsWith('hf:')) {
    const message = `'${text}' does not name a model of the Hugging Face hub; write hf:owner/name, hf:owner/name@revision or hf:owner/name#file.onnx`;
    throw new TRPCError({ code: 'BAD_REQUEST', message });
  }
  const path = await telling(allowedPath(data.policy, place, purpose));
  return { source: 'path', location: `${text.slice(0, text.length - place.length)}${path}` };
}

/** Procedures on the networks that people add to their projects. */
export const addedBackbones = {
  added: viewerProcedure
    .meta({ about: 'Lists the backbones that were added to projects, the newest first' })
    .output(z.array(addedBackbone))
    .input(z.object({ projectId: id.optional() }))
    .query(async ({ ctx, input }) => {
      const { projectId } = input;
      if (projectId !== undefined) await requireProject(ctx, ctx.access, projectId);
      const { organizationId } = ctx.access;
      const rows = await ctx.database.client.addedBackbone.findMany({
        where: { project: { organizationId }, ...(projectId !== undefined && { projectId }) },
        orderBy: [{ createdAt: 'desc' }, { id: 'desc' }],
      });
      return Promise.all(rows.map((row) => shapeOf(ctx, row)));
    }),

  add: memberProcedure
    .meta({
      about:
        'Adds a network of a hub, or one that lies on the server, to a project; `added` says what its inspection finds',
    })
    .output(made)
    .input(z.object({ projectId: id, name, reference: plainText(4096).min(1) }))
    .mutation(async ({ ctx, input }) => {
      await requireProject(ctx, ctx.access, input.projectId);
      const { projectId, name: called } = input;
      const asked = { projectId, name: called, ...(await locate(ctx, input.reference)) };
      await requireFreeName(ctx, asked);
      return keep(ctx, asked);
    }),

  beginUpload: memberProcedure
    .meta({ about: 'Says which network will come, in parts by PUT to `/api/uploads/<id>/<part>`' })
    .output(upload)
    .input(uploadStart)
    .mutation(async ({ ctx, input }) => {
      await requireProject(ctx, ctx.access, input.projectId);
      return telling(ctx.data.uploads.begin({ ...input, purpose }));
    }),

  uploadStatus: memberProcedure
    .meta({ about: 'Says which parts of the upload of a network are there' })
    .output(upload)
    .input(z.object({ id }))
    .query(async ({ ctx, input }) => {
      return ctx.data.uploads.status(await requireUpload(ctx, ctx.access, { id: input.id, purpose }));
    }),

  completeUpload: memberProcedure
    .meta({ about: 'Adds a network whose parts are all there; asked again, it gives the same backbone' })
    .output(made)
    .input(z.object({ id, name }))
    .mutation(async ({ ctx, input }) => {
      const asked = await requireUpload(ctx, ctx.access, { id: input.id, purpose });
      const kept = await keepUpload(ctx, asked, input.name);
      await ctx.data.uploads.discard(asked);
      return { id: kept.id };
    }),

  inspect: memberProcedure
    .meta({ about: 'Inspects an added backbone again' })
    .output(nothing)
    .input(z.object({ id }))
    .mutation(async ({ ctx, input }) => {
      const row = await requireAdded(ctx, ctx.access, input.id);
      // What may be read is asked again, because links and the folders of the server change.
      if (row.source === 'path') await locate(ctx, row.location);
      await ctx.data.added.begin(row);
    }),

  remove: memberProcedure
    .meta({
      about:
        'Forgets a backbone that was added and that no study uses; of one that was uploaded, the file goes too',
    })
    .output(nothing)
    .input(z.object({ id }))
    .mutation(async ({ ctx, input }) => {
      const row = await requireAdded(ctx, ctx.access, input.id);
      if ((await studiesOf(ctx, row)) > 0) {
        const message = 'studies use the backbone, and could not go on without it; it stays';
        throw new TRPCError({ code: 'CONFLICT', message });
      }
      await forget(ctx, row);
    }),
};

/**
 * Makes sure that the added backbones among some references are the project's, and can be used.
 *
 * @throws TRPCError that says which is not, and why
 */
export async function requireUsable(
  { database }: Context,
  projectId: string,
  references: readonly string[],
): Promise<void> {
  for (const reference of references) {
    const backboneId = addedId(reference);
    if (backboneId === null) continue;
    const row = await database.client.addedBackbone.findFirst({ where: { id: backboneId, projectId } });
    if (row === null) throw notFound('backbone');
    if (row.state === 'ready') continue;
    const why =
      row.state === 'inspecting'
        ? 'is still being inspected; wait until it is ready'
        : `cannot be used: ${row.reason}`;
    throw new TRPCError({ code: 'PRECONDITION_FAILED', message: `the backbone '${row.name}' ${why}` });
  }
}
