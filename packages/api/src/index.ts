export { mayAct, roles, type Access, type Context, type Role } from './context.js';
export { createApiHandler, type ApiOptions } from './handler.js';
export { appRouter, createCaller, type AppRouter } from './router.js';
export type { StudySummary, TrialShape } from './shapes.js';
