import { deserialize, serialize } from 'node:v8';
import { parentPort, workerData } from 'node:worker_threads';
import type { DatasetReader } from '@espalier/data';
import { inspectInputs } from '@espalier/onnx';
import type { Pruner, Sampler } from '@espalier/search';
import type { Backbone } from '@espalier/transfer';
import { createBirpc } from 'birpc';
import type { PartKind } from './manifest.js';
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
  if (!Array.isArray(parts)) throw new Error(`its export '${kind}' is not an array`);
  const wrong = parts.find((part) => typeof part !== 'object' || part === null);
  if (wrong !== undefined) throw new Error(`its export '${kind}' contains something that is not an object`);
  return parts as readonly Part[K][];
}

async function partOf<K extends PartKind>(kind: K, name: string): Promise<Part[K]> {
  const key = keyOfPart[kind];
  const found = (await partsOf(kind)).find((part) => Reflect.get(part, key) === name);
  if (found !== undefined) return found;
  throw new Error(`its export '${kind}' lacks '${name}', which its package.json names`);
}

/** Most bytes of a list of examples, and of every other answer; the asking process has to hold them. */
const MOST_ROW_BYTES = 2 ** 30;
const MOST_BYTES = 2 ** 24;

/** An answer as plain data: getters are read, and what cannot be sent to another thread is refused here. */
async function plain<T>(answer: T | Promise<T>, most = MOST_BYTES): Promise<T> {
  const bytes = serialize(await answer);
  if (bytes.length <= most) return deserialize(bytes) as T;
  throw new Error(`its result has ${bytes.length} bytes, but at most ${most} are allowed`);
}

/** A backbone's description: all of it but its functions. */
const described = (backbone: Backbone): object =>
  Object.fromEntries(Object.entries(backbone).filter(([, value]) => typeof value !== 'function'));

/** Collects the parts of a kind by their names. */
const named = async (kind: PartKind): Promise<object[]> =>
  (await partsOf(kind)).map((part) => ({ [keyOfPart[kind]]: Reflect.get(part, keyOfPart[kind]) as unknown }));

const functions: ThreadFunctions = {
  open: async () => void (await module()),
  contents: async () => {
    const backbones = (await partsOf('backbones')).map(described);
    const [readers, samplers, pruners] = await Promise.all(
      (['readers', 'samplers', 'pruners'] as const).map(named),
    );
    return plain({ backbones, readers, samplers, pruners } as unknown as Contents);
  },
  load: async (id, cacheFolder) =>
    plain((await partOf('backbones', id)).load({ inspectInputs, cacheFolder })),
  recognises: async (format, source) => plain((await partOf('readers', format)).recognises(source)),
  read: async (format, source, options) =>
    plain((await partOf('readers', format)).read(source, options), MOST_ROW_BYTES),
  suggest: async (name, request) => plain((await partOf('samplers', name)).suggest(request)),
  shouldStop: async (name, request) => plain((await partOf('pruners', name)).shouldStop(request)),
};

createBirpc<Record<string, never>, ThreadFunctions>(functions, {
  post: (message: unknown) => parentPort?.postMessage(message),
  on: (hear) => parentPort?.on('message', hear),
  timeout: -1,
});
