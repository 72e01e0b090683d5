import { defineBackbone, type Backbone } from '@espalier/transfer';
import { contentsOf } from './contents.js';
import { brokenPromise, PluginError } from './errors.js';
import type { PluginHost } from './host.js';

/** Seconds in which a backbone has to be at hand: it may fetch its file. */
const LOAD_SECONDS = 30 * 60;

/** A backbone of a plugin: its description, and a `load` that runs where the plugin does. */
export async function pluginBackbone(host: PluginHost, id: string): Promise<Backbone> {
  const { name } = host.plugin;
  const { backbones } = await contentsOf(host);
  const identity = backbones.find((one) => one.id === id);
  if (identity === undefined) throw brokenPromise(name, 'backbones', id);
  try {
    return defineBackbone({
      ...identity,
      load: ({ cacheFolder }) => host.ask(LOAD_SECONDS, (thread) => thread.load(id, cacheFolder)),
    });
  } catch (cause) {
    throw new PluginError(name, (cause as Error).message, { cause });
  }
}
