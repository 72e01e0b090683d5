import { runtimeReason } from '@espalier/onnx/reason';
import { printable } from './view/view.js';

/** A command line that cannot be understood. */
export class UsageError extends Error {
  override readonly name = 'UsageError';
}

/** Errors in what was typed. */
const usage = new Set(['SdkError', 'UsageError']);

/** Errors whose message is a sentence for people. */
const expected = new Set([
  'AudioError',
  'AutodiffError',
  'BackboneError',
  'DamagedRecordsError',
  'DatasetError',
  'EngineError',
  'ActivationError',
  'LockedError',
  'StoreError',
  'ServerError',
  'AuthError',
  'ImageError',
  'MetricsError',
  'OnnxError',
  'PluginError',
  'ReportError',
  'SdkError',
  'SearchError',
  'ServingError',
  'StudyError',
  'TextError',
  'TokenizerError',
  'UnsupportedOperatorError',
  'UsageError',
  'PredictionError',
  'WorkerError',
  'DatasetsError',
  'BlobError',
  'QueueError',
  'ZeroShotError',
]);

const system: Readonly<Record<string, string>> = {
  ENOSPC: 'the disk is full; free some space, or choose another folder with --out or --cache',
  EDQUOT: 'your disk quota is used up; free some space, or choose another folder with --out or --cache',
  EROFS: 'the file system is read-only; choose another folder with --out or --cache',
  EACCES: 'permission is denied; choose another folder with --out or --cache',
  EPERM: 'permission is denied; choose another folder with --out or --cache',
  ENOENT: 'there is no such file or folder',
  EISDIR: 'that is a folder; give the path of a file',
  ENOTDIR: 'a part of the path is a file; choose another folder with --out or --cache',
  EEXIST: 'something is there already; choose another folder with --out or --cache',
  ENFILE: 'the machine has too many files open; end what is not needed, or raise its limit',
  EMFILE: 'too many files are open; raise the limit with ulimit -n',
};

/** ONNX Runtime's own words hold paths of the machine it was built on. */
const isOfRuntime = ({ message }: Error): boolean => /Non-zero status code|onnxruntime/i.test(message);

/** One clear sentence for an error. */
export function sentenceOf(error: unknown): string {
  if (!(error instanceof Error)) return `something failed without saying what: ${String(error)}`;
  if (expected.has(error.name)) return error.message;
  const { code, path } = error as NodeJS.ErrnoException;
  const known = code === undefined ? undefined : system[code];
  if (known !== undefined) return path === undefined ? known : `${path}: ${known}`;
  const reason = isOfRuntime(error) ? runtimeReason(error) : error.message.split('\n')[0];
  return `an unexpected failure: ${reason} (ESPALIER_DEBUG=1 shows where; please report it)`;
}

/** Prints an error for people and gives the exit code. */
export function sayFailure(error: unknown): number {
  process.stderr.write(`espalier: ${printable(sentenceOf(error))}\n`);
  if (process.env['ESPALIER_DEBUG'] === '1' && error instanceof Error) {
    process.stderr.write(`${error.stack ?? ''}\n`);
    for (let cause = error.cause; cause instanceof Error; cause = cause.cause) {
      process.stderr.write(`caused by ${cause.stack ?? cause.message}\n`);
    }
  }
  return error instanceof Error && usage.has(error.name) ? 2 : 1;
}
