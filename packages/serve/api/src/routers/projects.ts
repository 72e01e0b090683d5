import { uploadedBytes } from '@espalier/datasets';
import { z } from 'zod';
import { made, nothing } from '../answers/common.js';
import { project } from '../answers/team.js';
import { plainText } from '../inputs/texts.js';
import { adminProcedure, memberProcedure, notFound, router, viewerProcedure } from '../trpc.js';
import { TRPCError } from '@trpc/server';

const name = plainText(100).min(1);
/** Prisma's code where a row with a unique value is there already. */
const TAKEN = 'P2002';

const slug = z
  .string()
  .max(60)
  .regex(/^[a-z0-9]+(-[a-z0-9]+)*$/, 'small letters, digits and single hyphens');

export const projects = router({
  list: viewerProcedure
    .meta({ about: 'Lists the projects of the organisation' })
    .output(z.array(project))
    .query(async ({ ctx: { database, access, data } }) => {
      const rows = await database.client.project.findMany({
        where: { organizationId: access.organizationId },
        orderBy: { name: 'asc' },
        include: { _count: { select: { studies: true } } },
      });
      return Promise.all(
        rows.map(async ({ id, name: called, slug: short, quota, uploadLimit, _count }) => ({
          id,
          name: called,
          slug: short,
          quota,
          /** Bytes of its uploads together, and how many they may be. */
          uploads: {
            bytes: await uploadedBytes(database.client, { id, organizationId: access.organizationId }),
            limit: uploadLimit === null ? data.uploadBytes : Number(uploadLimit),
            /** Limit that an admin has set; null for the server's default. */
            own: uploadLimit === null ? null : Number(uploadLimit),
          },
          studies: _count.studies,
        })),
      );
    }),

  create: memberProcedure
    .meta({ about: 'Makes a project' })
    .output(made)
    .input(z.object({ name, slug }))
    .mutation(async ({ ctx: { database, access }, input }) => {
      const { organizationId } = access;
      const project = await database.client.project
        .create({ data: { organizationId, ...input } })
        .catch((cause: unknown) => {
          if ((cause as { code?: unknown }).code !== TAKEN) throw cause;
          throw new TRPCError({
            code: 'CONFLICT',
            message: `there is a project '${input.slug}' already; choose another slug`,
            cause,
          });
        });
      return { id: project.id };
    }),

  setQuota: adminProcedure
    .meta({
      about: 'Sets how many tasks of a project may run at once; null for as many as there are workers',
    })
    .output(nothing)
    .input(z.object({ id: z.uuid(), quota: z.number().int().min(1).max(10_000).nullable() }))
    .mutation(async ({ ctx: { database, access }, input: { id, quota } }) => {
      const { organizationId } = access;
      const { count } = await database.client.project.updateMany({
        where: { id, organizationId },
        data: { quota },
      });
      if (count === 0) throw notFound('project');
    }),

  setUploadLimit: adminProcedure
    .meta({
      about:
        'Sets how many bytes the uploads of a project may have together; null for what is usual on the server',
    })
    .output(nothing)
    .input(z.object({ id: z.uuid(), bytes: z.number().int().min(0).nullable() }))
    .mutation(async ({ ctx: { database, access }, input: { id, bytes } }) => {
      const { organizationId } = access;
      const { count } = await database.client.project.updateMany({
        where: { id, organizationId },
        data: { uploadLimit: bytes === null ? null : BigInt(bytes) },
      });
      if (count === 0) throw notFound('project');
    }),
});
