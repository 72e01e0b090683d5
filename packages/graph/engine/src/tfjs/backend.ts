import { createRequire } from 'node:module';
import { EngineError } from '../errors.js';

/** A backend of TensorFlow.js that is loaded. */
export interface Backend {
  /** The name that TensorFlow.js has for it. */
  readonly name: 'tensorflow' | 'cpu';
  /** A description for reports: `TensorFlow.js 4.22.0 on the CPU in JavaScript`. */
  readonly sentence: string;
}

/** A package that may bring a backend. */
export interface Loader {
  readonly package: string;
  /** @throws where the package or its native library is not there */
  readonly load: () => Promise<Backend>;
}

/** The part of the native packages that is used here. */
interface NativeModule {
  readonly version: Readonly<Record<string, string>>;
  readonly ready: () => Promise<void>;
  readonly setBackend: (name: string) => Promise<boolean>;
  readonly backend: () => { readonly isUsingGpuDevice?: boolean };
}

const native = (name: string): Loader => ({
  package: name,
  load: async () => {
    quieten();
    restoreUtilities();
    // CommonJS, and optional: nothing here may need it to compile.
    const tensorflow = createRequire(import.meta.url)(name) as NativeModule;
    if (!(await tensorflow.setBackend('tensorflow'))) throw new Error('TensorFlow did not start');
    await tensorflow.ready();
    const place = tensorflow.backend().isUsingGpuDevice === true ? 'a GPU' : 'the CPU';
    const version = tensorflow.version['tfjs-core'] ?? '';
    return {
      name: 'tensorflow',
      sentence: `TensorFlow.js ${version} on ${place} with TensorFlow's library, by ${name}`,
    };
  },
});

/** Kernels written in JavaScript, which come along. */
const plain: Loader = {
  package: '@tensorflow/tfjs-backend-cpu',
  load: async () => {
    const tf = await import('@tensorflow/tfjs-core');
    // Or the first tensor prints an advertisement for the native packages.
    tf.env().set('PROD', true);
    // Registers kernels.
    await import('@tensorflow/tfjs-backend-cpu');
    // Registers gradients: tfjs-core keeps them in modules that Node cannot load, and this bundles them.
    await import('@tensorflow/tfjs-layers');
    await tf.setBackend('cpu');
    return { name: 'cpu', sentence: `TensorFlow.js ${tf.version_core} on the CPU in JavaScript` };
  },
};

/** The fastest first. */
export const loaders: readonly Loader[] = [
  native('@tensorflow/tfjs-node-gpu'),
  native('@tensorflow/tfjs-node'),
  plain,
];

/**
 * The first of the packages that loads.
 *
 * @returns its backend, with what became of those before it in the sentence
 * @throws EngineError where none loads
 */
export async function chooseBackend(choices: readonly Loader[] = loaders): Promise<Backend> {
  const failed: string[] = [];
  for (const choice of choices) {
    try {
      const { name, sentence } = await choice.load();
      return { name, sentence: [sentence, ...failed].join('; ') };
    } catch (cause) {
      failed.push(`${choice.package} did not load: ${reasonOf(cause, choice.package)}`);
    }
  }
  throw new EngineError(`TensorFlow.js did not start: ${failed.join('; ')}`);
}

/** Describes why a package did not load, in one line without the paths of this machine. */
function reasonOf(cause: unknown, name: string): string {
  const { message = '', code } = cause as Partial<NodeJS.ErrnoException>;
  const [line = ''] = message.split('\n');
  if (code === 'MODULE_NOT_FOUND' && line.includes(`'${name}'`)) return 'it is not installed';
  if (/tfjs_binding\.node/.test(line) && /not be found|Cannot find/.test(line)) {
    return 'its native library is missing';
  }
  return line.replace(/(\/[\w.@~+-]+){2,}\/([\w.@+-]+)/g, '$2').trim();
}

/** TensorFlow's library tells what processor it was built for; errors still come. */
function quieten(): void {
  process.env['TF_CPP_MIN_LOG_LEVEL'] ??= '2';
}

type Check = (value: unknown) => boolean;

/**
 * The checks of `node:util` that Node 22 warns of and Node 23 took away, and that the native packages
 * (4.22) still call (tensorflow/tfjs, issue 8609).
 */
const utilities: Readonly<Record<string, Check>> = {
  isArray: (value) => Array.isArray(value),
  isBoolean: (value) => typeof value === 'boolean',
  isFunction: (value) => typeof value === 'function',
  isNull: (value) => value === null,
  isNullOrUndefined: (value) => value === null || value === undefined,
  isNumber: (value) => typeof value === 'number',
  isObject: (value) => typeof value === 'object' && value !== null,
  isString: (value) => typeof value === 'string',
  isUndefined: (value) => value === undefined,
};

/** Puts the checks back. */
export function restoreUtilities(
  util: Record<string, unknown> = createRequire(import.meta.url)('node:util') as Record<string, unknown>,
): void {
  for (const [name, check] of Object.entries(utilities)) util[name] = check;
}
