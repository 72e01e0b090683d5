import { audit } from './routers/audit.js';
import { backbones } from './routers/backbones.js';
import { datasets } from './routers/datasets.js';
import { keys } from './routers/keys.js';
import { members } from './routers/members.js';
import { models } from './routers/models.js';
import { offer } from './routers/offer.js';
import { projects } from './routers/projects.js';
import { session } from './routers/session.js';
import { studies } from './routers/studies.js';
import { trials } from './routers/trials.js';
import { workers } from './routers/workers.js';
import { createCallerFactory, router } from './trpc.js';

/** All procedures; a new area is a line here. */
export const appRouter = router({
  projects,
  datasets,
  backbones,
  offer,
  studies,
  trials,
  models,
  workers,
  session,
  members,
  keys,
  audit,
});
export type AppRouter = typeof appRouter;

/** Calls procedures without a network, as tests and pages on the server do. */
export const createCaller = createCallerFactory(appRouter);
