import { nextName } from '@espalier/autodiff';
import { lookUp, sizeOf, type createSession, type Model } from '@espalier/onnx';
import { Tensor as OrtTensor, type TypedTensor } from 'onnxruntime-node';
import type { Holder, Variables } from '../trainer/backend.js';

export type Session = Awaited<ReturnType<typeof createSession>>;
type FloatTensor = TypedTensor<'float32'>;

/** Starts a session on a graph, with at most so many threads. */
export type Start = (model: Model, mostThreads?: number) => Promise<Session>;

/** A tensor of which the step reads one copy and writes the other; they swap after each step. */
interface Pair {
  current: FloatTensor;
  spare: FloatTensor;
}

export interface OrtVariables extends Variables {
  readonly pairs: ReadonlyMap<string, Pair>;
}

export const ortHolder: Holder<OrtVariables> = {
  allocate: (shapes) => {
    const pairs = new Map<string, Pair>();
    for (const [key, dims] of shapes) pairs.set(key, { current: zeros(dims), spare: zeros(dims) });
    return {
      pairs,
      read: (key, start, length) => lookUp(pairs, key).current.data.slice(start, start + length),
      write: (key, start, values) => lookUp(pairs, key).current.data.set(values, start),
      dispose: () => pairs.clear(),
    };
  },
  dispose: () => undefined,
};

export const zeros = (dims: readonly number[]): FloatTensor =>
  new OrtTensor('float32', new Float32Array(sizeOf(dims)), [...dims]);

/**
 * Runs a step, after which the variables are those that it wrote.
 *
 * @param fetches tensors for the results besides the variables, by name
 */
export async function moveVariables(
  session: Session,
  { pairs }: OrtVariables,
  feeds: ReadonlyMap<string, OrtTensor>,
  fetches: Readonly<Record<string, OrtTensor>>,
): Promise<void> {
  const given = new Map(feeds);
  const results = { ...fetches };
  for (const [name, { current, spare }] of pairs) {
    given.set(name, current);
    results[nextName(name)] = spare;
  }
  await session.run(only(given, session.inputNames), results);
  for (const pair of pairs.values()) [pair.current, pair.spare] = [pair.spare, pair.current];
}

/** Runs a forward pass on the variables. */
export async function readVariables(
  session: Session,
  { pairs }: OrtVariables,
  feeds: ReadonlyMap<string, OrtTensor>,
  fetches: Readonly<Record<string, OrtTensor>>,
): Promise<void> {
  const given = new Map(feeds);
  for (const [name, { current }] of pairs) given.set(name, current);
  await session.run(only(given, session.inputNames), fetches);
}

/** Starts two sessions, or none. */
export async function startBoth(
  start: () => Promise<Session>,
  other: () => Promise<Session>,
): Promise<{ readonly step: Session; readonly evaluation: Session; readonly dispose: () => Promise<void> }> {
  const step = await start();
  const evaluation = await other().catch(async (cause: unknown) => {
    await step.release();
    throw cause;
  });
  const dispose = async (): Promise<void> => {
    await step.release();
    await evaluation.release();
  };
  return { step, evaluation, dispose };
}

/** Leaves out what a graph does not have as an input, which ONNX Runtime refuses. */
const only = (feeds: ReadonlyMap<string, OrtTensor>, names: readonly string[]): Record<string, OrtTensor> =>
  Object.fromEntries([...feeds].filter(([name]) => names.includes(name)));
