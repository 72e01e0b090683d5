import { exampleViewKey, isOfFiles, type Encoder } from '@espalier/data';
import {
  DamagedRecordsError,
  exampleKey,
  type ActivationSpace,
  type ActivationStore,
  type SpaceKey,
  type Wanted,
} from '@espalier/activations';
import type { Engine, Forward } from '@espalier/engine';
import { sizeOf, type Model, type Tensor } from '@espalier/onnx';
import { cutAt, cutDims, stagesBetween, type PreparedBackbone } from '../backbone/backbone.js';
import { chainOf } from '../backbone/chain.js';
import { encodeAll, type Feeds } from '../backbone/inputs.js';
import type { Looked } from './look.js';

/** Computes the frozen part of a backbone, from wherever the cache already has it. */
export interface Prefix {
  /** Names the computation of the activations at a depth, on this engine and device. */
  computationOf(depth: number): string;
  /** The space of the activations at a depth, in a bucket. */
  space(depth: number, bucket: number): ActivationSpace;
  /** Looks for what has been cached since. */
  refresh(bucket: number): void;
  /**
   * Where the computation of an example begins best: at the depth that is cached and saves most, or at
   * {@link FROM_EXAMPLE}.
   *
   * @param lowest depth that is wanted
   */
  startOf(key: string, lowest: number, bucket: number): number;
  /** Activations of examples at some depths, ascending, from where {@link startOf} says. */
  compute(
    part: readonly Wanted<Looked>[],
    depths: readonly number[],
    at: Beginning,
  ): Promise<Map<number, Tensor>>;
  /** Caches the activations at these joints, and the input at 0, whenever they are computed on the way to others. */
  keep(depths: readonly number[]): void;
  dispose(): Promise<void>;
}

export interface Beginning {
  readonly bucket: number;
  readonly start: number;
}

/** The start of a computation that decodes the example itself; 0 is the cached input. */
export const FROM_EXAMPLE = -1;

/** Token ids are made again in less time than it takes to read them. */
export const isCached = (encoder: Encoder, depth: number): boolean =>
  depth > 0 || isOfFiles(encoder.modality);

/** Operations that take as long as reading one cached number and checking it. */
const WORK_OF_READING = 600;

export const keyOfLooked = ({ example, view }: Looked): string =>
  exampleKey(example.contentHash, exampleViewKey(view));

export interface PrefixOptions {
  readonly store: ActivationStore;
  readonly engine: Engine;
  readonly prepared: PreparedBackbone;
}

export function openPrefix({ store, engine, prepared }: PrefixOptions): Prefix {
  const chain = chainOf(prepared);
  const links = openLinks(engine, prepared);
  const kept = new Set<number>();
  const cached = new Map<string, ActivationSpace | null>();
  const computationOf = (depth: number): string =>
    // At depth 0 the activation is the input: the same for every network with this preprocessing.
    // Another engine or device gives other last bits.
    depth === 0 ? 'input' : `${chain.keyOf(depth)} ${engine.name} ${engine.device}`;
  const keyOf = (depth: number, bucket: number): SpaceKey => ({
    computation: computationOf(depth),
    preprocessing: JSON.stringify(prepared.loaded.preprocessing),
    dims: cutDims(prepared, depth, bucket),
  });
  const nameOf = (depth: number, bucket: number): string => `${depth} ${bucket}`;
  const holds = (key: string, depth: number, bucket: number): boolean =>
    cached.get(nameOf(depth, bucket))?.has(key) === true;
  const places = [0, ...chain.joints].filter((depth) => isCached(prepared.encoder, depth));
  const saved = (depth: number, bucket: number): number =>
    chain.workTo(depth) - WORK_OF_READING * sizeOf(cutDims(prepared, depth, bucket));

  const begin = async (
    part: readonly Wanted<Looked>[],
    { bucket, start }: Beginning,
  ): Promise<{ readonly depth: number; readonly tensor: Tensor; readonly feeds: Feeds }> => {
    const looked = part.map(({ source }) => source);
    const encode = (): Promise<Feeds> => encodeAll(prepared.encoder, looked, bucket);
    const cut = start === FROM_EXAMPLE ? null : readStart(part, { bucket, start });
    const alone = prepared.encoder.inputs.length === 1;
    const feeds = cut !== null && alone ? {} : await encode();
    if (cut !== null) return { depth: start, tensor: cut, feeds };
    return { depth: 0, tensor: feeds[prepared.input.name] as Tensor, feeds };
  };

  /** The cached activations, or null where one is damaged. */
  const readStart = (part: readonly Wanted<Looked>[], { bucket, start }: Beginning): Tensor | null => {
    const dims = [part.length, ...cutDims(prepared, start, bucket)];
    const data = new Float32Array(sizeOf(dims));
    try {
      cached.get(nameOf(start, bucket))?.read(
        part.map(({ key }) => key),
        data,
      );
    } catch (error) {
      if (!(error instanceof DamagedRecordsError)) throw error;
      return null;
    }
    return { dtype: 'float32', dims, data };
  };

  return {
    computationOf,
    space: (depth, bucket) => store.space(keyOf(depth, bucket)),
    refresh: (bucket) => {
      for (const depth of places) {
        const space = store.peek(keyOf(depth, bucket));
        space?.refresh();
        cached.set(nameOf(depth, bucket), space);
      }
    },
    startOf: (key, lowest, bucket) => {
      if (lowest === 0) return FROM_EXAMPLE;
      const last = chain.jointBefore(lowest);
      const found = places.filter((depth) => depth <= last && holds(key, depth, bucket));
      return found.reduce(
        (best, depth) => (best < 0 || saved(depth, bucket) > saved(best, bucket) ? depth : best),
        FROM_EXAMPLE,
      );
    },
    compute: async (part, depths, beginning) => {
      const { bucket } = beginning;
      const began = await begin(part, beginning);
      const results = new Map<number, Tensor>(depths.includes(0) ? [[0, began.tensor]] : []);
      const last = depths.at(-1) ?? 0;
      const wanted = new Set([...depths, ...chain.joints.filter((joint) => joint <= last)]);
      let { depth: from, tensor } = began;
      if (beginning.start === FROM_EXAMPLE && kept.has(0))
        keepAll(store.space(keyOf(0, bucket)), part, tensor);
      for (const depth of [...wanted].filter((one) => one > began.depth).sort((a, b) => a - b)) {
        const made = await links.run(from, depth, { ...began.feeds, [cutAt(prepared, from)]: tensor });
        if (depths.includes(depth)) results.set(depth, made);
        if (kept.has(depth)) keepAll(store.space(keyOf(depth, bucket)), part, made);
        if (chain.joints.includes(depth)) [from, tensor] = [depth, made];
      }
      return results;
    },
    keep: (depths) => {
      for (const depth of depths) kept.add(depth);
    },
    dispose: links.dispose,
  };
}

/** Appends what a space does not have yet. */
function keepAll(space: ActivationSpace, part: readonly Wanted<Looked>[], { data }: Tensor): void {
  const values = data as Float32Array;
  const size = values.length / part.length;
  const records = part.flatMap(({ key }, i) =>
    space.has(key) ? [] : [{ key, values: values.subarray(i * size, (i + 1) * size) }],
  );
  if (records.length > 0) space.append(records);
}

interface Links {
  /** The activation at depth `to`, from that at depth `from` among the feeds. */
  run(from: number, to: number, feeds: Feeds): Promise<Tensor>;
  dispose(): Promise<void>;
}

/** Compiles the parts of a backbone when they are first run. */
function openLinks(engine: Engine, prepared: PreparedBackbone): Links {
  const open = new Map<string, { readonly model: Model; readonly forward: Promise<Forward> }>();
  const compiled = (from: number, to: number): { model: Model; forward: Promise<Forward> } => {
    const name = `${from} ${to}`;
    const known = open.get(name);
    if (known !== undefined) return known;
    const model = stagesBetween(prepared, from, to);
    const made = { model, forward: engine.compileForward(model) };
    open.set(name, made);
    return made;
  };
  return {
    run: async (from, to, feeds) => {
      const { model, forward } = compiled(from, to);
      const given = model.graph.inputs.map(({ name }): [string, Tensor] => [name, feeds[name] as Tensor]);
      const outputs = await (await forward).run(Object.fromEntries(given));
      return outputs[cutAt(prepared, to)] as Tensor;
    },
    dispose: async () => {
      for (const { forward } of open.values()) await (await forward).dispose();
    },
  };
}
