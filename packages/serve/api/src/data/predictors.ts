import { rm } from 'node:fs/promises';
import { availableParallelism } from 'node:os';
import { createBatcher, type Batcher } from '@espalier/base/batching';
import type { Blobs } from '@espalier/blobs';
import { ExampleError, isOfFiles, modalityFacts } from '@espalier/data';
import { DatasetsError } from '@espalier/datasets';
import { inBatchSpan } from '@espalier/base/http';
import {
  openPredictorProcess,
  type Outcome,
  type Predictable,
  type Predictor,
  type PreparedInput,
  type Score,
} from '@espalier/runner';
import { trace, type Span } from '@opentelemetry/api';
import { LRUCache } from 'lru-cache';
import pLimit from 'p-limit';
import { fetchedFolder, modelFolder } from './modelFiles.js';

/** Models that are open at once. */
const OPEN = 2;
/** Inputs of a model that are taken on and not answered yet. */
const WAITING = 32;
/** Inputs that share a run, and milliseconds that one waits for others. */
const BATCH = { most: 16, wait: 5 } as const;

/** A model has more to do than it should take on; the message says to wait. */
export class BusyError extends Error {
  override readonly name = 'BusyError';
}

/** Models that are tried out; those that were asked last stay open. */
export interface Predictors {
  /** Inputs of a model that come together are run together. @throws BusyError, and what `openPredictorProcess` throws */
  predict(model: { readonly id: string; readonly location: string }, input: Predictable): Promise<Outcome>;
  /** Closes a model that is gone, and removes what was fetched of it. */
  forget(id: string): Promise<void>;
  close(): Promise<void>;
}

/** Told of what is predicted. */
export interface PredictionWatch {
  batch(size: number): void;
  prediction(outcome: 'predicted' | 'unreadable' | 'refused' | 'failed'): void;
}

export interface PredictorsOptions {
  readonly blobs: Blobs;
  readonly folder: string;
  readonly watch?: PredictionWatch;
}

function requireFit({ modality }: Predictor, { content }: Predictable): void {
  if ((content.kind !== 'text') === isOfFiles(modality)) return;
  throw new DatasetsError(
    'invalid',
    `the model classifies another kind; send a ${modalityFacts.get(modality).words.plain}`,
  );
}

interface Item {
  readonly prepared: PreparedInput;
  readonly span: Span | undefined;
}

interface Opened {
  readonly predictor: Promise<Predictor>;
  readonly batcher: Batcher<Item, Score[]>;
  /** Predictions in progress. */
  readonly pending: Set<Promise<Outcome>>;
}

function batcherOf(predictor: Promise<Predictor>, watch: PredictionWatch | undefined): Opened['batcher'] {
  return createBatcher<Item, Score[]>({
    ...BATCH,
    run: async (bucket, items) => {
      watch?.batch(items.length);
      const open = await predictor;
      const spans = items.flatMap(({ span }) => (span === undefined ? [] : [span]));
      const prepared = items.map((item) => item.prepared);
      return inBatchSpan('@espalier/api', bucket, spans, () => open.run(prepared));
    },
  });
}

export function createPredictors({ blobs, folder, watch }: PredictorsOptions): Predictors {
  // Decoding takes memory by the core.
  const decoding = pLimit(availableParallelism());
  const closing = new Set<Promise<void>>();
  const opened = new LRUCache<string, Opened>({
    max: OPEN,
    dispose: ({ predictor, pending }) => {
      // What is under way is done first.
      const closed = Promise.allSettled(pending)
        .then(async () => (await predictor).dispose())
        .catch(() => undefined)
        .finally(() => closing.delete(closed));
      closing.add(closed);
    },
  });
  const open = (id: string, location: string): Opened => {
    const known = opened.get(id);
    if (known !== undefined) return known;
    const predictor = modelFolder(id, location, blobs, folder).then((path) => openPredictorProcess(path));
    // The next one tries again.
    predictor.catch(() => opened.delete(id));
    const made = { predictor, batcher: batcherOf(predictor, watch), pending: new Set<Promise<Outcome>>() };
    opened.set(id, made);
    return made;
  };
  const answer = async ({ predictor, batcher }: Opened, input: Predictable): Promise<Outcome> => {
    const span = trace.getActiveSpan();
    const model = await predictor;
    requireFit(model, input);
    try {
      const prepared = await decoding(() => model.prepare(input));
      const labels = await batcher.add(prepared.bucket, { prepared, span });
      return { kind: 'predicted', id: input.id, labels };
    } catch (error) {
      if (!(error instanceof ExampleError)) throw error;
      return { kind: 'unreadable', id: input.id, error };
    }
  };
  const predict = async (id: string, location: string, input: Predictable): Promise<Outcome> => {
    const model = open(id, location);
    if (model.pending.size >= WAITING)
      throw new BusyError('others are trying the model too; try again in a second');
    const answering = answer(model, input);
    model.pending.add(answering);
    return answering.finally(() => model.pending.delete(answering));
  };
  return {
    predict: async ({ id, location }, input) => {
      try {
        const outcome = await predict(id, location, input);
        watch?.prediction(outcome.kind);
        return outcome;
      } catch (error) {
        watch?.prediction(
          error instanceof BusyError || error instanceof DatasetsError ? 'refused' : 'failed',
        );
        throw error;
      }
    },
    forget: async (id) => {
      opened.delete(id);
      await Promise.all(closing);
      await rm(fetchedFolder(folder, id), { recursive: true, force: true });
    },
    close: async () => {
      opened.clear();
      await Promise.all(closing);
    },
  };
}
