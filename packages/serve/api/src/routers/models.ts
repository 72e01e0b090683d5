import { dirname, isAbsolute } from 'node:path';
import type { Prisma } from '@espalier/store';
import { z } from 'zod';
import { page } from '../answers/common.js';
import { listedModel, model } from '../answers/data.js';
import { describeModel } from '../data/modelFiles.js';
import { decodeCursor, moment, pageInput, pageOf } from '../inputs/paging.js';
import { modelShape } from '../answers/shapes.js';
import { notFound, router, viewerProcedure } from '../trpc.js';

const id = z.uuid();

export const models = router({
  list: viewerProcedure
    .meta({ about: 'Lists models, newest first' })
    .output(page(listedModel))
    .input(pageInput.extend({ projectId: id.optional() }))
    .query(async ({ ctx: { database, access }, input }) => {
      const from = decodeCursor(input.cursor, moment);
      const before: Prisma.ModelWhereInput[] =
        from === null
          ? []
          : [{ OR: [{ createdAt: { lt: from.key } }, { createdAt: from.key, id: { lt: from.id } }] }];
      const rows = await database.client.model.findMany({
        where: {
          project: { organizationId: access.organizationId },
          ...(input.projectId !== undefined && { projectId: input.projectId }),
          AND: before,
        },
        orderBy: [{ createdAt: 'desc' }, { id: 'desc' }],
        take: input.limit + 1,
        include: { study: { select: { name: true } } },
      });
      return pageOf(
        rows,
        input.limit,
        (row) => ({ key: row.createdAt, id: row.id }),
        (row) => ({
          ...modelShape(row),
          studyName: row.study?.name ?? null,
        }),
      );
    }),

  get: viewerProcedure
    .meta({ about: 'Gives a model, its card and its files' })
    .output(model)
    .input(z.object({ id }))
    .query(async ({ ctx, input }) => {
      const row = await ctx.database.client.model.findFirst({
        where: { id: input.id, project: { organizationId: ctx.access.organizationId } },
      });
      if (row === null) throw notFound('model');
      return {
        ...modelShape(row),
        folder: isAbsolute(row.location) ? dirname(row.location) : null,
        ...(await describeModel(row.location, ctx.data.blobs)),
      };
    }),
});
