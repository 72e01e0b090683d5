import type { Blobs } from '@espalier/blobs';
import { DatasetsError } from '@espalier/datasets';
import { openPredictor, predictEach, type Outcome, type Predictable, type Predictor } from '@espalier/runner';
import { LRUCache } from 'lru-cache';
import pLimit, { type LimitFunction } from 'p-limit';
import { modelFolder } from './modelFiles.js';

/** Models that are open at once. */
const OPEN = 2;
/** Inputs that wait for a model. */
const WAITING = 16;

/** A model has more to do than it should take on; the message says to wait. */
export class BusyError extends Error {
  override readonly name = 'BusyError';
}

/** Models that are tried out; those that were asked last stay open. */
export interface Predictors {
  /** @throws BusyError, and what `openPredictor` throws */
  predict(model: { readonly id: string; readonly location: string }, input: Predictable): Promise<Outcome>;
  close(): Promise<void>;
}

const wanted = { image: 'a picture', text: 'a text', audio: 'a recording' } as const;

function requireFit({ modality }: Predictor, { content }: Predictable): void {
  if ((content.kind === 'text') === (modality === 'text')) return;
  throw new DatasetsError('invalid', `the model classifies another kind; send ${wanted[modality]}`);
}

interface Opened {
  readonly predictor: Promise<Predictor>;
  readonly turn: LimitFunction;
}

export function createPredictors({
  blobs,
  folder,
}: {
  readonly blobs: Blobs;
  readonly folder: string;
}): Predictors {
  const closing = new Set<Promise<void>>();
  const opened = new LRUCache<string, Opened>({
    max: OPEN,
    dispose: ({ predictor, turn }) => {
      // What is under way is done first.
      const closed = turn(async () => (await predictor).dispose())
        .catch(() => undefined)
        .finally(() => closing.delete(closed));
      closing.add(closed);
    },
  });
  const open = (id: string, location: string): Opened => {
    const known = opened.get(id);
    if (known !== undefined) return known;
    const predictor = modelFolder(id, location, blobs, folder).then((path) => openPredictor(path));
    // The next one tries again.
    predictor.catch(() => opened.delete(id));
    const made = { predictor, turn: pLimit(1) };
    opened.set(id, made);
    return made;
  };
  return {
    predict: async ({ id, location }, input) => {
      const { predictor, turn } = open(id, location);
      if (turn.pendingCount >= WAITING)
        throw new BusyError('others are trying the model too; try again in a second');
      return turn(async () => {
        const open = await predictor;
        requireFit(open, input);
        const [outcome] = await predictEach(open, [input]);
        return outcome as Outcome;
      });
    },
    close: async () => {
      opened.clear();
      await Promise.all(closing);
    },
  };
}
