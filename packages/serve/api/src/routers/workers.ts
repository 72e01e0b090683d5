import { capabilitiesSchema, LOST_SECONDS } from '@espalier/queue';
import { worker } from '../answers/team.js';
import { z } from 'zod';
import { router, viewerProcedure } from '../trpc.js';

/** Workers that are shown. */
const MOST = 200;

/** Machines that do the work; of what they do, an organisation sees its own. */
export const workers = router({
  list: viewerProcedure
    .meta({ about: 'Lists the machines that do the work; of what they do, an organisation sees its own' })
    .output(z.array(worker))
    .query(async ({ ctx: { database, access } }) => {
      const rows = await database.client.worker.findMany({
        where: { stoppedAt: null, seenAt: { gt: new Date(Date.now() - 1000 * LOST_SECONDS) } },
        orderBy: [{ name: 'asc' }, { id: 'asc' }],
        take: MOST,
        include: {
          tasks: {
            where: { state: 'running' },
            include: {
              study: { select: { id: true, name: true, project: { select: { organizationId: true } } } },
              trial: { select: { role: true, number: true } },
            },
          },
        },
      });
      return rows.map(({ id, name, host, capabilities, startedAt, seenAt, tasks }) => {
        const { providers, memory, slots } = capabilitiesSchema.parse(capabilities);
        return {
          ...{ id, name, host, providers, memory, slots },
          startedAt: startedAt.toISOString(),
          seenAt: seenAt.toISOString(),
          busy: tasks.length,
          tasks: tasks
            .filter(({ study }) => study.project.organizationId === access.organizationId)
            .map(({ kind, study, trial }) => ({
              ...{ kind, studyId: study.id, studyName: study.name },
              ...{ role: trial?.role ?? null, trial: trial?.number ?? null },
            })),
        };
      });
    }),
});
