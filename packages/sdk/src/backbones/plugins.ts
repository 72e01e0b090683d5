import { openPlugins, PluginError, type Plugins } from '@espalier/plugins';
import { currentOffer, prepareBackbone, requireFiniteFeatures } from '@espalier/runner';
import type { Offer } from '@espalier/study';
import type { Backbone } from '@espalier/transfer';
import { embedded } from './embedded.js';
import { families } from './families.js';

type Tell = (text: string) => void;

const listeners: Tell[] = [];
/** Notes that no listener has received yet. */
const untold: string[] = [];

function tell(text: string): void {
  const last = listeners.at(-1);
  if (last === undefined) untold.push(text);
  else last(text);
}

/**
 * Registers the listener for notes on plugins that were left out, a sentence each. Only the newest listener
 * receives notes; the first also receives earlier ones.
 *
 * @returns a function that removes the listener
 */
export function onPluginNote(listener: Tell): () => void {
  listeners.push(listener);
  for (const text of untold.splice(0)) listener(text);
  return () => {
    const at = listeners.lastIndexOf(listener);
    if (at >= 0) listeners.splice(at, 1);
  };
}

let opened: Promise<Plugins> | null = null;
const taken = [...Object.keys(embedded), ...families.known()];

/**
 * Loads the plugins in `node_modules` of the working directory at the first call, and of its
 * parents. Their samplers, pruners and readers are available from then on.
 */
export const installedPlugins = (): Promise<Plugins> =>
  (opened ??= openPlugins({ from: process.cwd(), tell, taken }));

/** Lists the backbones, dimensions, samplers and pruners that a study can name, including those of plugins. */
export async function listOffer(): Promise<Offer> {
  await installedPlugins();
  return currentOffer();
}

/** A backbone, possibly a plugin's, with the reference that named it. */
export interface NamedBackbone {
  readonly reference: string;
  readonly open: () => Promise<Backbone>;
}

export interface Usable {
  readonly reference: string;
  readonly backbone: Backbone;
}

/**
 * Opens backbones. Those of plugins are tried first: one that throws, does not answer or returns features
 * that are not finite is reported and left out, if others remain.
 *
 * @param cacheFolder folder of a backbone's downloads
 * @returns the usable backbones, and a sentence for each that was left out
 * @throws PluginError where no backbone remains; the errors of opening the others
 */
export async function openUsable(
  named: readonly NamedBackbone[],
  cacheFolder: string,
): Promise<{ readonly usable: readonly Usable[]; readonly notes: readonly string[] }> {
  const { backboneIds } = await installedPlugins();
  const usable: Usable[] = [];
  const notes: string[] = [];
  let failure: Error | null = null;
  for (const { reference, open } of named) {
    if (!backboneIds.includes(reference)) {
      usable.push({ reference, backbone: await open() });
      continue;
    }
    try {
      usable.push({ reference, backbone: await tried(reference, await open(), cacheFolder) });
    } catch (error) {
      failure = error as Error;
      notes.push(`${failure.message}; the search continues without ${reference}`);
    }
  }
  if (usable.length === 0 && failure !== null) throw failure;
  notes.forEach(tell);
  return { usable, notes };
}

async function tried(reference: string, backbone: Backbone, cacheFolder: string): Promise<Backbone> {
  try {
    await requireFiniteFeatures(await prepareBackbone(backbone, cacheFolder));
    return backbone;
  } catch (error) {
    if (error instanceof PluginError) throw error;
    const { found } = await installedPlugins();
    const plugin = found.find(
      ({ manifest }) => manifest.kind === 'usable' && manifest.parts.backbones.includes(reference),
    );
    throw new PluginError(plugin?.name ?? reference, (error as Error).message, { cause: error });
  }
}

/** Ids of backbones that cannot be described, so that each is reported once. */
const undescribed = new Set<string>();

/** Lists the backbones of plugins by their own descriptions; one without a valid description is reported once and left out. */
export async function describedPlugins(): Promise<Backbone[]> {
  const plugins = await installedPlugins();
  const described = plugins.backboneIds.map(async (id) => {
    try {
      return [await (plugins.backbone(id) as Promise<Backbone>)];
    } catch (error) {
      if (!undescribed.has(id)) tell((error as Error).message);
      undescribed.add(id);
      return [];
    }
  });
  return (await Promise.all(described)).flat();
}
