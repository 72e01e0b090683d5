export { ServingError, type ErrorAnswer, type ErrorCode } from './errors.js';
export type { Answer } from './inference.js';
export type { RequestLine } from './observe.js';
export { startServer, type Server, type ServerOptions } from './server.js';
export type { Limits } from './settings.js';
