import { waitingStudies, type Waits } from '@espalier/queue';
import { StudyState, type Prisma } from '@espalier/store';
import { parseReport, studyReportSchema, type StudyReport } from '@espalier/study';
import { tracked } from '@trpc/server';
import { z } from 'zod';
import { nothing, page } from '../answers/common.js';
import { decision, listedStudy, probe, study, studyEvent } from '../answers/studies.js';
import { requestOf, standingOf } from '../data/standing.js';
import { followEvents } from '../live/live.js';
import { decodeCursor, moment, pageInput, pageOf } from '../inputs/paging.js';
import { readProbes } from '../answers/probes.js';
import { searchedDimensions, studySummary, summaryInclude, workSeconds } from '../answers/shapes.js';
import { withoutPaths } from '../redact.js';
import { takeStream } from '../live/streams.js';
import { escapeLike, plainText } from '../inputs/texts.js';
import { memberProcedure, notFound, router, viewerProcedure } from '../trpc.js';
import { requireStudy, visible } from './visible.js';
import { isRemovable, work } from './work.js';

const id = z.uuid();

/** Decisions that are given at once. */
const MOST_DECISIONS = 100;

const listInput = pageInput.extend({
  projectId: id.optional(),
  state: z.enum(StudyState).optional(),
  /** A part of the name. */
  search: plainText(100).optional(),
});

/** Whether a study may be one that waits for workers. */
const mayWait = ({
  state,
  folder,
}: {
  readonly state: StudyState;
  readonly folder: string | null;
}): boolean => folder === null && (state === 'queued' || state === 'running');

/** Reason, for people, why no worker runs a study, and its place in the queue; empty if one does or soon will. */
const waitingShape = (waits: Waits | undefined) => ({
  waitsFor: waits?.reason ?? null,
  place: waits === undefined || waits.place === null ? null : { at: waits.place, of: waits.of },
});

export const studies = router({
  ...work,

  list: viewerProcedure
    .meta({ about: 'Lists studies, newest first' })
    .output(page(listedStudy))
    .input(listInput)
    .query(async ({ ctx: { database, queue, access }, input }) => {
      const { limit, projectId, state, search } = input;
      const from = decodeCursor(input.cursor, moment);
      const before: Prisma.StudyWhereInput[] =
        from === null
          ? []
          : [{ OR: [{ createdAt: { lt: from.key } }, { createdAt: from.key, id: { lt: from.id } }] }];
      const rows = await database.client.study.findMany({
        where: {
          ...visible(access),
          ...(projectId !== undefined && { projectId }),
          ...(state !== undefined && { state }),
          ...(search && { name: { contains: escapeLike(search), mode: 'insensitive' } }),
          AND: before,
        },
        orderBy: [{ createdAt: 'desc' }, { id: 'desc' }],
        take: limit + 1,
        omit: { report: true, settings: true, space: true },
        include: summaryInclude,
      });
      const positionOf = (row: { createdAt: Date; id: string }) => ({ key: row.createdAt, id: row.id });
      const waits = await waitingStudies(
        queue,
        rows.filter(mayWait).map(({ id }) => id),
      );
      return pageOf(rows, limit, positionOf, (row) => ({
        ...studySummary(row),
        ...waitingShape(waits.get(row.id)),
        onWorkers: row.folder === null,
      }));
    }),

  get: viewerProcedure
    .meta({ about: 'Gives a study, and how it stands' })
    .output(study)
    .input(z.object({ id }))
    .query(async ({ ctx: { database, queue, access }, input }) => {
      const row = await database.client.study.findFirst({
        where: { id: input.id, ...visible(access) },
        include: {
          ...summaryInclude,
          dataset: { select: { id: true, name: true } },
          models: { orderBy: { createdAt: 'desc' }, select: { id: true, name: true, createdAt: true } },
        },
      });
      if (row === null) throw notFound('study');
      const { settings, space, events, priority, folder, dataset, models } = row;
      const waits = mayWait(row) ? (await waitingStudies(queue, [row.id])).get(row.id) : undefined;
      return {
        ...studySummary(row),
        ...{ settings, space, priority, folder, dataset },
        asked: requestOf(settings),
        dimensions: searchedDimensions(space),
        ...waitingShape(waits),
        onWorkers: folder === null,
        removable: isRemovable(row),
        lastEvent: events,
        hasReport: row.report !== null,
        models: models.map(({ createdAt, ...model }) => ({ ...model, createdAt: createdAt.toISOString() })),
        standing: await standingOf(database.client, row, workSeconds(row)),
      };
    }),

  report: viewerProcedure
    .meta({ about: "Gives everything that a study's report says; null until it is finished" })
    .output(studyReportSchema.nullable())
    .input(z.object({ id }))
    .query(async ({ ctx: { database, access }, input }): Promise<StudyReport | null> => {
      const row = await database.client.study.findFirst({
        where: { id: input.id, ...visible(access) },
        select: { report: true },
      });
      if (row === null) throw notFound('study');
      return row.report === null ? null : parseReport(row.report, 'The report of the study');
    }),

  probes: viewerProcedure
    .meta({
      about: 'Lists the probes and baselines that were fitted so far; none of studies of earlier versions',
    })
    .output(z.array(probe))
    .input(z.object({ id }))
    .query(async ({ ctx, input }) => {
      await requireStudy(ctx, ctx.access, input.id);
      return readProbes(ctx.database, input.id);
    }),

  decisions: viewerProcedure
    .meta({ about: 'Says why things were done: the last decisions, oldest first' })
    .output(z.array(decision))
    .input(z.object({ id }))
    .query(async ({ ctx, input }) => {
      await requireStudy(ctx, ctx.access, input.id);
      const rows = await ctx.database.client.decision.findMany({
        where: { studyId: input.id },
        orderBy: [{ createdAt: 'desc' }, { id: 'desc' }],
        take: MOST_DECISIONS,
        include: { trial: { select: { role: true, number: true } } },
      });
      return rows.reverse().map(({ kind, text, createdAt, trial }) => ({
        kind,
        text,
        role: trial?.role ?? null,
        trial: trial?.number ?? null,
        createdAt: createdAt.toISOString(),
      }));
    }),

  rename: memberProcedure
    .meta({ about: 'Renames a study' })
    .output(nothing)
    .input(z.object({ id, name: plainText(200).min(1) }))
    .mutation(async ({ ctx, input }) => {
      await requireStudy(ctx, ctx.access, input.id);
      await ctx.database.client.study.update({ where: { id: input.id }, data: { name: input.name } });
    }),

  events: viewerProcedure
    .meta({
      about:
        'Tells what happens to a study, from behind an event on; a client that was away gets what it missed',
      event: studyEvent,
    })
    .input(
      z.object({
        id,
        lastEventId: z
          .string()
          .regex(/^\d{1,9}$/)
          .nullish(),
      }),
    )
    .subscription(async function* ({ ctx, input, signal }) {
      await requireStudy(ctx, ctx.access, input.id);
      const last = Number(input.lastEventId ?? 0);
      const giveBack = takeStream(ctx);
      try {
        for await (const { number, kind, data, createdAt } of followEvents(
          ctx.database,
          input.id,
          last,
          signal,
        )) {
          const event = studyEvent.parse({ number, kind, data, createdAt: createdAt.toISOString() });
          yield tracked(String(number), withoutPaths(event, ctx.access));
        }
      } finally {
        giveBack();
      }
    }),
});
