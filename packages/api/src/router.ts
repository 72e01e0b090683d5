import { backbones } from './routers/backbones.js';
import { datasets } from './routers/datasets.js';
import { models } from './routers/models.js';
import { projects } from './routers/projects.js';
import { studies } from './routers/studies.js';
import { trials } from './routers/trials.js';
import { createCallerFactory, router } from './trpc.js';

/** All procedures; a new area is a line here. */
export const appRouter = router({ projects, studies, trials, models, datasets, backbones });
export type AppRouter = typeof appRouter;

/** Calls procedures without a network, as tests and pages on the server do. */
export const createCaller = createCallerFactory(appRouter);
