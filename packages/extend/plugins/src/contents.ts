import type { PluginHost } from './host.js';
import type { Contents } from './protocol.js';

/** Seconds in which a plugin has to say what it holds. */
const DESCRIBE_SECONDS = 20;

/** Reads the contents of a plugin's module. @throws PluginError */
export const contentsOf = (host: PluginHost): Promise<Contents> =>
  host.ask(DESCRIBE_SECONDS, (thread) => thread.contents());
