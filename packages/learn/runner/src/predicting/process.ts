import { extname } from 'node:path';
import { AudioError, ImageError, TextError, TokenizerError } from '@espalier/data';
import type { OnnxEngineOptions } from '@espalier/engine';
import { OnnxError } from '@espalier/onnx';
import { HelperError, openHelper, type Helper } from '@espalier/base/processes';
import { StudyError } from '../errors.js';
import type { Predictor } from './predictor.js';
import type { Answer, Opened, PredictingFunctions, Told } from './protocol.js';

/** A prediction that took more time or memory than it may, or whose process died. */
export class PredictionError extends Error {
  override readonly name = 'PredictionError';
}

export interface PredictingLimits {
  /** To open a model and run each of its shapes once. */
  readonly openSeconds: number;
  /** To decode or tokenize an input, or to run a batch. */
  readonly seconds: number;
  readonly memoryBytes: number;
}

export const predictingLimits: PredictingLimits = {
  openSeconds: 300,
  seconds: 30,
  memoryBytes: 8 * 2 ** 30,
};

export interface PredictingOptions extends OnnxEngineOptions {
  readonly limits?: Partial<PredictingLimits>;
}

/** From the sources and from dist/ alike. */
const entry = new URL(`./child${extname(import.meta.url)}`, import.meta.url);

/**
 * The same as `openPredictor`, in a process of its own: a regular expression of a tokenizer, a decoder
 * or a network that does not end stops nothing else. The process is killed then, and the next input has
 * another, which opens the model again.
 *
 * @throws OnnxError, StudyError or TokenizerError where the model cannot be used; PredictionError where it
 * takes too long to open
 */
export async function openPredictorProcess(
  model: string,
  { limits = {}, ...engine }: PredictingOptions = {},
): Promise<Predictor> {
  const { openSeconds, seconds, memoryBytes } = { ...predictingLimits, ...limits };
  const helper = openHelper<PredictingFunctions>({
    what: 'the process that predicts',
    entry,
    limits: { seconds, memoryBytes },
    // A model that is open stays so.
    idle: null,
  });
  const open = (): Promise<Opened> =>
    answered(helper, openSeconds, (functions) => functions.open(model, engine));
  const { path, card, modality } = await open().catch((error: unknown) => {
    helper.close();
    throw error;
  });
  /** In a process that has the model open, which may be another one than before. */
  const ask = async <T>(limit: number, question: (functions: Asked) => Promise<Answer<T>>): Promise<T> => {
    try {
      await open();
      return await answered(helper, limit, question);
    } catch (error) {
      // Another input took too long; this one has done nothing.
      if (!(error instanceof PredictionError && isOthers(error))) throw error;
      await open();
      return answered(helper, limit, question);
    }
  };
  return {
    ...{ path, card, modality },
    prepare: (input) => ask(seconds, (functions) => functions.prepare(input)),
    run: (inputs) => ask(seconds, (functions) => functions.run(inputs)),
    warmUp: async () => void (await ask(openSeconds, (functions) => functions.warmUp())),
    dispose: () => Promise.resolve(helper.close()),
  };
}

type Asked = Parameters<Parameters<Helper<PredictingFunctions>['ask']>[0]>[0];

const isOthers = ({ cause }: PredictionError): boolean =>
  cause instanceof HelperError && cause.kind === 'interrupted';

async function answered<T>(
  helper: Helper<PredictingFunctions>,
  seconds: number,
  question: (functions: Asked) => Promise<Answer<T>>,
): Promise<T> {
  const answer = await helper.ask(question, { seconds }).catch((cause: unknown) => {
    if (!(cause instanceof HelperError)) throw cause;
    throw new PredictionError(`the prediction has no answer: ${cause.message}`, { cause });
  });
  if (answer.kind === 'failed') throw errorOf(answer.error);
  return answer.value;
}

const exampleErrors = { ImageError, AudioError, TextError } as const;
const otherErrors = { OnnxError, StudyError, TokenizerError } as const;

function errorOf(told: Told): Error {
  if (told.kind === 'example') {
    const Example = exampleErrors[told.name as keyof typeof exampleErrors] ?? ImageError;
    return new Example(told.example, told.reason);
  }
  const Other = otherErrors[told.name as keyof typeof otherErrors];
  if (Other !== undefined) return new Other(told.message);
  const error = new Error(told.message);
  error.name = told.name;
  return error;
}
