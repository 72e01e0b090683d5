import { availableParallelism } from 'node:os';
import { createBatcher } from '@espalier/base/batching';
import { ExampleError } from '@espalier/data';
import { inBatchSpan, type RequestSpan } from '@espalier/base/http';
import type { Predictable, Predictor, PreparedInput, Score } from '@espalier/runner';
import pLimit from 'p-limit';
import { errorAnswer, type Prediction } from './answers.js';
import type { Metrics } from './metrics.js';
import type { Limits } from './settings.js';

export interface Inference {
  /**
   * Classifies the inputs of one request, each in a batch with whatever else is there.
   *
   * @param signal drops the inputs that are still waiting
   */
  answer(inputs: readonly Predictable[], span: RequestSpan, signal: AbortSignal): Promise<Prediction[]>;
  /** Resolves once no batch waits or runs. */
  idle(): Promise<void>;
}

interface Item {
  readonly prepared: PreparedInput;
  readonly span: RequestSpan;
}

export function createInference(predictor: Predictor, limits: Limits, metrics: Metrics): Inference {
  // Decoding takes memory by the core, and a hundred pictures at once would take a hundred times that.
  const decoding = pLimit(availableParallelism());
  const batcher = createBatcher<Item, Score[]>({
    most: limits.batch,
    wait: limits.wait,
    run: (bucket, items) => {
      metrics.batch(items.length);
      const spans = items.map(({ span }) => span);
      return inBatchSpan('@espalier/serving', bucket, spans, () =>
        predictor.run(items.map(({ prepared }) => prepared)),
      );
    },
  });
  const answerOne = async (
    input: Predictable,
    span: RequestSpan,
    signal: AbortSignal,
  ): Promise<Prediction> => {
    try {
      const prepared = await decoding(() => {
        signal.throwIfAborted();
        return predictor.prepare(input);
      });
      const labels = await batcher.add(prepared.bucket, { prepared, span }, signal);
      metrics.input('predicted');
      return { input: input.id, labels };
    } catch (error) {
      if (error instanceof ExampleError) {
        metrics.input('unreadable');
        return { input: input.id, ...errorAnswer('unreadable_input', error.message) };
      }
      metrics.input(signal.aborted ? 'dropped' : 'failed');
      throw error;
    }
  };
  return {
    idle: () => batcher.idle(),
    answer: async (inputs, span, signal) => {
      // All have to be done before the request gives its place in the queue back.
      const settled = await Promise.allSettled(inputs.map((input) => answerOne(input, span, signal)));
      return settled.map((one) => {
        if (one.status === 'rejected') throw one.reason;
        return one.value;
      });
    },
  };
}
