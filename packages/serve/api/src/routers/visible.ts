import type { Prisma, StudyState } from '@espalier/store';
import type { Access, Context } from '../context.js';
import { notFound } from '../trpc.js';

/** Studies of the organisation of who asks. */
export const visible = ({ organizationId }: Access): Prisma.StudyWhereInput => ({
  project: { organizationId },
});

/** @throws TRPCError where there is none that may be seen */
export async function requireStudy(
  { database }: Context,
  access: Access,
  studyId: string,
): Promise<{ readonly id: string; readonly state: StudyState; readonly objective: unknown }> {
  const study = await database.client.study.findFirst({
    where: { id: studyId, ...visible(access) },
    select: { id: true, state: true, objective: true },
  });
  if (study === null) throw notFound('study');
  return study;
}
