export { mayAct, roles, type Access, type Context, type Role, type SignIn } from './context.js';
export { createApiHandler, type ApiOptions } from './handler.js';
export { openApiDocument, type OpenApiDocument } from './openapi.js';
export { appRouter, createCaller, type AppRouter } from './router.js';
export type { StudySummary, TrialShape } from './shapes.js';
