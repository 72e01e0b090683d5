export { ServerError } from './errors.js';
export { startServer, type RunningServer, type ServerOptions } from './server.js';
