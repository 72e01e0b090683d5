import { readers } from '@espalier/data';
import { pruners, samplers } from '@espalier/search';
import type { Backbone } from '@espalier/transfer';
import { pluginBackbone } from './backbones.js';
import { contentsOf } from './contents.js';
import { brokenPromise } from './errors.js';
import { findPlugins, type FoundPlugin } from './find.js';
import { openHost, type PluginHost, type ThreadProgram } from './host.js';
import { partKinds, type PartKind } from './manifest.js';
import { pluginReader } from './readers.js';
import { pluginPruner, pluginSampler } from './searching.js';

/** The plugins that are installed. None of them has run until something of it is asked for. */
export interface Plugins {
  readonly found: readonly FoundPlugin[];
  /** Ids of the backbones that they promise. */
  readonly backboneIds: readonly string[];
  /** The backbone of an id; null where no plugin promises it. @throws PluginError */
  backbone(id: string): Promise<Backbone> | null;
  /** Loads a plugin and looks whether it holds what it promises. @throws PluginError */
  check(plugin: FoundPlugin): Promise<void>;
  close(): Promise<void>;
}

export interface PluginsOptions {
  /** Plugins are looked for in `node_modules` of this folder and of those above it. */
  readonly from: string;
  /** Told of what is set aside, a sentence each. */
  readonly tell: (text: string) => void;
  /** Names that mean another backbone already. */
  readonly taken?: readonly string[];
  readonly program?: ThreadProgram;
}

/**
 * Finds the plugins, and makes their readers, samplers and pruners ones that can be chosen in this
 * process. Two that bring the same name: the first by name has it.
 */
export async function openPlugins({ from, tell, taken = [], program }: PluginsOptions): Promise<Plugins> {
  const found = await findPlugins(from);
  const hosts = new Map(found.map((plugin) => [plugin.name, openHost(plugin, program)]));
  const backbones = new Map<string, PluginHost>();
  const register: Readonly<Record<PartKind, (host: PluginHost, name: string) => void>> = {
    backbones: (host, id) => {
      if (taken.includes(id)) throw new Error(`Espalier already has a backbone called ${id}`);
      const other = backbones.get(id);
      if (other !== undefined)
        throw new Error(`plugin ${other.plugin.name} already has a backbone called ${id}`);
      backbones.set(id, host);
    },
    readers: (host, format) => void readers.register(format, pluginReader(host, format, tell)),
    samplers: (host, name) => void samplers.register(name, pluginSampler(host, name, tell)),
    pruners: (host, name) => {
      const pruner = pluginPruner(host, name, tell);
      pruners.register(name, () => pruner);
    },
  };
  for (const host of hosts.values()) {
    const { name, manifest } = host.plugin;
    if (manifest.kind === 'unusable') {
      tell(`plugin ${name} is disabled: ${manifest.reason}`);
      continue;
    }
    for (const kind of partKinds) {
      for (const part of manifest.parts[kind]) {
        try {
          register[kind](host, part);
        } catch (error) {
          tell(`plugin ${name}: its ${part} is ignored: ${(error as Error).message}`);
        }
      }
    }
  }
  return {
    found,
    backboneIds: [...backbones.keys()],
    backbone: (id) => {
      const host = backbones.get(id);
      return host === undefined ? null : pluginBackbone(host, id);
    },
    check: (plugin) => check(hosts.get(plugin.name) as PluginHost),
    close: async () => {
      await Promise.all([...hosts.values()].map((host) => host.close()));
    },
  };
}

async function check(host: PluginHost): Promise<void> {
  const contents = await contentsOf(host);
  const { name, manifest } = host.plugin;
  if (manifest.kind === 'unusable') return;
  const held: Readonly<Record<PartKind, readonly string[]>> = {
    backbones: contents.backbones.map(({ id }) => id),
    readers: contents.readers.map(({ format }) => format),
    samplers: contents.samplers.map((one) => one.name),
    pruners: contents.pruners.map((one) => one.name),
  };
  for (const kind of partKinds) {
    const missing = manifest.parts[kind].find((part) => !held[kind].includes(part));
    if (missing !== undefined) throw brokenPromise(name, kind, missing);
  }
  for (const id of manifest.parts.backbones) await pluginBackbone(host, id);
}
