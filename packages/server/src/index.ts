export { ServerError } from './errors.js';
export { type TeamOptions } from './people.js';
export { startServer, type RunningServer, type ServerOptions } from './server.js';
