import { openPlugins, PluginError, type Plugins } from '@espalier/plugins';
import { currentOffer, prepareBackbone, requireFiniteFeatures } from '@espalier/runner';
import type { Offer } from '@espalier/study';
import type { Backbone } from '@espalier/transfer';
import { embedded } from './embedded.js';
import { families } from './families.js';

type Tell = (text: string) => void;

const listeners: Tell[] = [];
/** What nobody has heard yet. */
const untold: string[] = [];

function tell(text: string): void {
  const last = listeners.at(-1);
  if (last === undefined) untold.push(text);
  else last(text);
}

/**
 * Hears which plugins are set aside and why, a sentence each; the newest listener alone hears, and the
 * first what was said before it.
 *
 * @returns what ends it
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
 * The plugins in `node_modules` of the folder this process was in when it first asked, and of those above
 * it. Their samplers, pruners and readers can be chosen from then on.
 */
export const installedPlugins = (): Promise<Plugins> =>
  (opened ??= openPlugins({ from: process.cwd(), tell, taken }));

/** Lists what a study can be asked for by name, the plugins' parts included. */
export async function listOffer(): Promise<Offer> {
  await installedPlugins();
  return currentOffer();
}

/** A backbone that may be a plugin's, by how it was named. */
export interface Named {
  readonly reference: string;
  readonly open: () => Promise<Backbone>;
}

export interface Usable {
  readonly reference: string;
  readonly backbone: Backbone;
}

/**
 * Opens backbones. Those of plugins are tried first: one that throws, does not answer or gives features
 * that are no numbers is told and left out, where others remain.
 *
 * @param cacheFolder where a backbone keeps what it fetches
 * @returns those that can be used, and a sentence for each that was left out
 * @throws PluginError where no backbone remains; what opening the others throws
 */
export async function openUsable(
  named: readonly Named[],
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
      notes.push(`${failure.message}; the search goes on without ${reference}`);
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

/** Ids of backbones that cannot be described; lists of backbones are made again and again. */
const undescribed = new Set<string>();

/** The backbones of plugins as they describe themselves; one that cannot is told once and left out. */
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
