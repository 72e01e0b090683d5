export { mayAct, roles, type Access, type Context, type Role, type SignIn } from './context.js';
export type { BackboneEntry } from './data/backbones.js';
export type { PredictionWatch } from './data/predictors.js';
export { createDataServices, type DataOptions, type DataServices } from './data/services.js';
export { createApiHandler, type ApiOptions } from './handler.js';
export { createFilesHandler } from './http/handler.js';
export { openApiDocument, type OpenApiDocument } from './openapi.js';
export { appRouter, createCaller, type AppRouter } from './router.js';
export type { StudySummary, TrialShape } from './shapes.js';
