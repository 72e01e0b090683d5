export { mayAct, roles, type Access, type Context, type Role } from './context.js';
export type { BackboneEntry } from './data/backbones.js';
export { createDataServices, type DataOptions, type DataServices } from './data/services.js';
export { createApiHandler, type ApiOptions } from './handler.js';
export { createFilesHandler } from './http/handler.js';
export { appRouter, createCaller, type AppRouter } from './router.js';
export type { StudySummary, TrialShape } from './shapes.js';
