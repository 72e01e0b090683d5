import type { Encoder } from '@espalier/data';
import {
  countTrainingMode,
  createSession,
  fixedBatch,
  headNames,
  normaliseModel,
  OnnxError,
  renameInGraph,
  runSession,
  takeBranches,
  unfixBatch,
  type Model,
} from '@espalier/onnx';
import type { ReadyBackbone } from '@espalier/transfer';
import { StudyError } from '../errors.js';
import { endAtFeatures } from './features.js';
import type { SourceClasses } from './sourceClasses.js';
import { blankFeeds, noiseFeeds, onlyInputs, openInputs, type Feeds } from './inputs.js';

/** A backbone's network from its inputs to its pooled features, for any number of examples. */
export interface Network {
  readonly model: Model;
  readonly encoder: Encoder;
  /** What people should know of how the file is read. */
  readonly notes: readonly string[];
  /** What it had behind its features. */
  readonly sourceClasses: SourceClasses;
}

/** More than one example, so that an axis of length 1 is not taken for the batch. */
export const TRACED_ROWS = 2;

/**
 * Opens a network that is read from a file.
 *
 * @throws StudyError, BackboneError or OnnxError where it cannot be used, by name
 */
export async function openNetwork(id: string, loaded: ReadyBackbone, read: Model): Promise<Network> {
  const network = await openAnyBatch(id, loaded, read);
  return { ...network, notes: [...trainingNotes(read), ...network.notes] };
}

async function openAnyBatch(id: string, loaded: ReadyBackbone, read: Model): Promise<Network> {
  const fixed = fixedBatch(read);
  if (fixed !== null) return openFixed(id, loaded, read, fixed);
  try {
    return await openAsItIs(id, loaded, read);
  } catch (error) {
    // A file may declare a free batch and repeat a batch of 1 inside.
    if (!(error instanceof OnnxError)) throw error;
    return openFixed(id, loaded, read, 1, error);
  }
}

async function openAsItIs(id: string, loaded: ReadyBackbone, read: Model): Promise<Network> {
  const whole = withoutHeadNames(normaliseModel(read));
  const { model, encoder } = await openInputs(id, loaded, whole);
  const named = await withoutBranches(model, encoder);
  return { ...(await endAtFeatures(named, loaded, blankFeeds(encoder, 0, TRACED_ROWS))), encoder };
}

/**
 * A file for a fixed number of examples: what its inputs declare is freed, then also what its constants repeat.
 *
 * @throws StudyError where it still takes no other number
 */
async function openFixed(
  id: string,
  loaded: ReadyBackbone,
  read: Model,
  fixed: number,
  cause?: OnnxError,
): Promise<Network> {
  const plain = cause === undefined ? await openAsItIs(id, loaded, read).catch(() => null) : null;
  if (plain !== null && (await takesAnyBatch(plain))) return plain;
  const whole = withoutHeadNames(normaliseModel(read, { batch: 'keep' }));
  const { model, encoder } = await openInputs(id, loaded, whole);
  const feeds = blankFeeds(encoder, 0, fixed);
  const freed = normaliseModel(
    await unfixBatch(model, feeds).catch((error: unknown) => {
      throw cause ?? error;
    }),
  );
  const network = { ...(await endAtFeatures(freed, loaded, feeds)), encoder };
  if (await takesAnyBatch(network)) return network;
  const name = read.graph.inputs[0]?.name ?? 'input';
  throw new StudyError(
    `backbone ${id}: its file takes exactly ${fixed} ${fixed === 1 ? 'example' : 'examples'} at a time, which is written into its layers; ` +
      `export it again with a free batch, in PyTorch by dynamic_axes={'${name}': {0: 'batch'}} or dynamic_shapes`,
  );
}

/** Relative to the largest feature. */
const NEAR = 1e-3;

/** Whether two examples together give what each of them gives alone. */
async function takesAnyBatch({ model, encoder }: Network): Promise<boolean> {
  const both = onlyInputs(model, noiseFeeds(encoder, 0, 2, 'batch'));
  const session = await createSession(model).catch(() => null);
  if (session === null) return false;
  const featuresOf = async (feeds: Feeds): Promise<number[]> => {
    const { [model.graph.outputs[0]?.name as string]: features } = await runSession(session, feeds);
    return Array.from(features?.data as Float32Array);
  };
  try {
    const alone = [...(await featuresOf(rowOf(both, 0))), ...(await featuresOf(rowOf(both, 1)))];
    const together = await featuresOf(both);
    const scale = Math.max(...alone.map(Math.abs), 1e-6);
    const isNear = (value: number, i: number): boolean => Math.abs(value - (alone[i] ?? NaN)) <= NEAR * scale;
    return together.length === alone.length && together.every(isNear);
  } catch {
    return false;
  } finally {
    await session.release();
  }
}

/** One example of a batch of two, as a batch of its own. */
const rowOf = (feeds: Feeds, row: 0 | 1): Feeds =>
  Object.fromEntries(
    Object.entries(feeds).map(([name, { dtype, dims, data }]) => {
      const size = data.length / 2;
      return [name, { dtype, dims: [1, ...dims.slice(1)], data: data.slice(row * size, (row + 1) * size) }];
    }),
  );

/** What is read otherwise than the file has it. */
function trainingNotes(model: Model): string[] {
  const count = countTrainingMode(model);
  if (count === 0) return [];
  const normalisations = count === 1 ? '1 batch normalisation' : `${count} batch normalisations`;
  return [
    `The file has ${normalisations} in training mode; they are computed as at inference, with the statistics in the file (export the network after eval() to be sure of them).`,
  ];
}

/** The network without the branches that no batch takes. */
async function withoutBranches(model: Model, encoder: Encoder): Promise<Model> {
  if (!model.graph.nodes.some(({ opType }) => opType === 'If')) return model;
  const longest = encoder.buckets.length - 1;
  const batches = [blankFeeds(encoder, 0, TRACED_ROWS), blankFeeds(encoder, longest, TRACED_ROWS + 1)];
  return normaliseModel(await takeBranches(model, batches));
}

/** A network may call its own scores `logits`; a new head needs the name. */
function withoutHeadNames(model: Model): Model {
  const taken = new Set<string>([headNames.logits, headNames.probabilities]);
  const rename = (name: string): string => (taken.has(name) ? `${name}__backbone` : name);
  return { ...model, graph: renameInGraph(model.graph, rename) };
}
