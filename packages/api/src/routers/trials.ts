import type { Prisma } from '@espalier/store';
import { z } from 'zod';
import { page } from '../answers/common.js';
import { curve, trial, trialShape as trialAnswer } from '../answers/studies.js';
import { decodeCursor, pageInput, pageOf } from '../paging.js';
import { metricShape, trialShape } from '../shapes.js';
import { notFound, router, viewerProcedure } from '../trpc.js';
import { requireStudy, visible } from './visible.js';

const id = z.uuid();

/** Trials whose curves are given at once. */
const MOST_CURVES = 100;

export const trials = router({
  list: viewerProcedure
    .meta({
      about:
        'Lists trials by their number, the first or the last ones first; twins from random weights are below 0',
    })
    .output(page(trialAnswer))
    .input(
      pageInput.extend({
        studyId: id,
        order: z.enum(['first', 'last']).default('first'),
        limit: z.number().int().min(1).max(1000).default(100),
      }),
    )
    .query(async ({ ctx, input }) => {
      const { studyId, limit, order } = input;
      const study = await requireStudy(ctx, ctx.access, studyId);
      const from = decodeCursor(input.cursor, z.int32());
      const behind = (key: number): Prisma.IntFilter => (order === 'first' ? { gt: key } : { lt: key });
      const rows = await ctx.database.client.trial.findMany({
        where: { studyId, ...(from !== null && { number: behind(from.key) }) },
        orderBy: { number: order === 'first' ? 'asc' : 'desc' },
        take: limit + 1,
      });
      return pageOf(
        rows,
        limit,
        (row) => ({ key: row.number, id: row.id }),
        (row) => trialShape(row, study.state),
      );
    }),

  leaderboard: viewerProcedure
    .meta({ about: 'Ranks trials by validation loss, which probes are compared by too, then by accuracy' })
    .output(z.array(trialAnswer))
    .input(z.object({ studyId: id, limit: z.number().int().min(1).max(100).default(20) }))
    .query(async ({ ctx, input }) => {
      const study = await requireStudy(ctx, ctx.access, input.studyId);
      const rows = await ctx.database.client.trial.findMany({
        where: { studyId: input.studyId, number: { gte: 0 }, bestAccuracy: { not: null } },
        orderBy: [{ bestLoss: 'asc' }, { bestAccuracy: 'desc' }, { number: 'asc' }],
        take: input.limit,
      });
      return rows.map((row) => trialShape(row, study.state));
    }),

  get: viewerProcedure
    .meta({ about: 'Gives a trial with its epochs, and why things were done to it' })
    .output(trial)
    .input(z.object({ id }))
    .query(async ({ ctx: { database, access }, input }) => {
      const row = await database.client.trial.findFirst({
        where: { id: input.id, study: visible(access) },
        include: {
          study: { select: { state: true } },
          metrics: { orderBy: { epoch: 'asc' } },
          decisions: { orderBy: { createdAt: 'asc' } },
        },
      });
      if (row === null) throw notFound('trial');
      return {
        ...trialShape(row, row.study.state),
        epochs: row.metrics.map(metricShape),
        decisions: row.decisions.map(({ kind, text }) => ({ kind, text })),
      };
    }),

  curves: viewerProcedure
    .meta({ about: "Gives the learning curves of a study's newest trials, or of those that are named" })
    .output(z.array(curve))
    .input(z.object({ studyId: id, numbers: z.array(z.int32()).max(MOST_CURVES).optional() }))
    .query(async ({ ctx, input }) => {
      const { studyId, numbers } = input;
      await requireStudy(ctx, ctx.access, studyId);
      const which: Prisma.TrialWhereInput = numbers === undefined ? {} : { number: { in: numbers } };
      const rows = await ctx.database.client.trial.findMany({
        where: { studyId, ...which },
        orderBy: { number: 'desc' },
        take: MOST_CURVES,
        select: { number: true, backbone: true, metrics: { orderBy: { epoch: 'asc' } } },
      });
      return rows.map(({ number, backbone, metrics }) => ({
        number,
        backbone,
        epochs: metrics.map(metricShape),
      }));
    }),
});
