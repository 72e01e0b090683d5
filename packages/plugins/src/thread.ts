import { parentPort, workerData } from 'node:worker_threads';
import type { DatasetReader } from '@espalier/data';
import { inspectInputs } from '@espalier/onnx';
import type { Pruner, Sampler } from '@espalier/search';
import type { Backbone } from '@espalier/transfer';
import { createBirpc } from 'birpc';
import { partKinds, type PartKind } from './manifest.js';
import { keyOfPart, type Contents, type ThreadData, type ThreadFunctions } from './protocol.js';

/** The thread in which a plugin runs: one that never answers is ended with it, and nothing else is. */

// What a plugin prints would break the output of a command.
for (const stream of [process.stdout, process.stderr]) stream.write = () => true;

interface Part {
  readonly backbones: Backbone;
  readonly readers: DatasetReader;
  readonly samplers: Sampler;
  readonly pruners: Pruner;
}

const { entry } = workerData as ThreadData;
let loading: Promise<Record<string, unknown>> | null = null;
const module = (): Promise<Record<string, unknown>> =>
  (loading ??= import(entry) as Promise<Record<string, unknown>>);

async function partsOf<K extends PartKind>(kind: K): Promise<readonly Part[K][]> {
  const parts = (await module())[kind] ?? [];
  if (!Array.isArray(parts)) throw new Error(`its export '${kind}' is no array`);
  const wrong = parts.find((part) => typeof part !== 'object' || part === null);
  if (wrong !== undefined) throw new Error(`its export '${kind}' holds something that is no object`);
  return parts as readonly Part[K][];
}

async function partOf<K extends PartKind>(kind: K, name: string): Promise<Part[K]> {
  const key = keyOfPart[kind];
  const found = (await partsOf(kind)).find((part) => Reflect.get(part, key) === name);
  if (found !== undefined) return found;
  throw new Error(`its export '${kind}' has no '${name}', which its package.json promises`);
}

/** What can be sent to another thread: everything but functions. */
const plain = (part: object): Record<string, unknown> =>
  Object.fromEntries(Object.entries(part).filter(([, value]) => typeof value !== 'function'));

const functions: ThreadFunctions = {
  contents: async () => {
    const entries = partKinds.map(async (kind) => [kind, (await partsOf(kind)).map(plain)]);
    return Object.fromEntries(await Promise.all(entries)) as Contents;
  },
  load: async (id, cacheFolder) => (await partOf('backbones', id)).load({ inspectInputs, cacheFolder }),
  recognises: async (format, source) => (await partOf('readers', format)).recognises(source),
  read: async (format, source, options) => (await partOf('readers', format)).read(source, options),
  suggest: async (name, request) => (await partOf('samplers', name)).suggest(request),
  shouldStop: async (name, request) => (await partOf('pruners', name)).shouldStop(request),
};

createBirpc<Record<string, never>, ThreadFunctions>(functions, {
  post: (message: unknown) => parentPort?.postMessage(message),
  on: (hear) => parentPort?.on('message', hear),
  timeout: -1,
});
