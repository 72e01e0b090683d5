import { runtimeReason } from '@espalier/onnx/reason';
import { failureText } from './view/failureText.js';
import { printable } from './view/view.js';

/** A command line that cannot be understood. */
export class UsageError extends Error {
  override readonly name = 'UsageError';
}

/** Errors in what was asked, which exit with 2. */
const usage = new Set(['LimitError', 'SdkError', 'UsageError']);

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
  'LimitError',
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
  EDQUOT: 'your disk quota is exhausted; free some space, or choose another folder with --out or --cache',
  EROFS: 'the file system is read-only; choose another folder with --out or --cache',
  EACCES: 'permission is denied; choose another folder with --out or --cache',
  EPERM: 'permission is denied; choose another folder with --out or --cache',
  ENOENT: 'there is no such file or folder',
  EISDIR: 'the path is a folder; give the path of a file',
  ENOTDIR: 'a part of the path is a file; choose another folder with --out or --cache',
  EEXIST: 'the file or folder exists already; choose another folder with --out or --cache',
  ENFILE: 'the machine has too many open files; end other programs, or raise the limit',
  EMFILE: 'too many open files; raise the limit with ulimit -n',
};

/** Shortens the errors of ONNX Runtime, which hold paths of its build machine. */
const isOfRuntime = ({ message }: Error): boolean => /Non-zero status code|onnxruntime/i.test(message);

/** Describes an error in one sentence. */
export function sentenceOf(error: unknown): string {
  if (!(error instanceof Error)) return `an unexpected failure without an error message: ${String(error)}`;
  if (expected.has(error.name)) return error.message;
  const { code, path } = error as NodeJS.ErrnoException;
  const known = code === undefined ? undefined : system[code];
  if (known !== undefined) return path === undefined ? known : `${path}: ${known}`;
  const reason = isOfRuntime(error) ? runtimeReason(error) : error.message.split('\n')[0];
  return `an unexpected failure: ${reason} (ESPALIER_DEBUG=1 shows where; please report it)`;
}

/** Prints a message about a failure as one sentence. */
export const sayTrouble = (message: string): void =>
  void process.stderr.write(`espalier: ${printable(failureText(message))}\n`);

/** Prints an error for people and returns the exit code. */
export function sayFailure(error: unknown): number {
  sayTrouble(sentenceOf(error));
  if (process.env['ESPALIER_DEBUG'] === '1' && error instanceof Error) {
    process.stderr.write(`${error.stack ?? ''}\n`);
    for (let cause = error.cause; cause instanceof Error; cause = cause.cause) {
      process.stderr.write(`caused by ${cause.stack ?? cause.message}\n`);
    }
  }
  return error instanceof Error && usage.has(error.name) ? 2 : 1;
}
