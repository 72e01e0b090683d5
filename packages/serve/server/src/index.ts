export { ServerError } from './errors.js';
export { type TeamOptions } from './people.js';
export { AUDIT_DAYS, startServer, type RunningServer, type ServerOptions } from './server.js';
