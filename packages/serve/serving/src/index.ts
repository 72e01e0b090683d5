export type { ErrorAnswer, Prediction } from './answers.js';
export { ServingError, type ErrorCode } from './errors.js';
export type { RequestLine } from './observe.js';
export { startServer, type Server, type ServerOptions } from './server.js';
export type { Limits } from './settings.js';
