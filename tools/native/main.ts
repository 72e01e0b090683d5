import { execFileSync, spawnSync } from 'node:child_process';
import { existsSync, mkdirSync, rmSync, symlinkSync } from 'node:fs';
import { createRequire } from 'node:module';
import { dirname, join } from 'node:path';
import { parseArgs } from 'node:util';
import { wheelOf, type Wheel } from './wheel.js';

/**
 * Builds the native binding of tfjs-node against the TensorFlow library of PyPI's wheel, for machines
 * that the library's own download does not reach.
 *
 * Usage: node tools/dist/native/main.js --python <one with tensorflow> [--package @tensorflow/tfjs-node]
 */

const packages = ['@tensorflow/tfjs-node-gpu', '@tensorflow/tfjs-node'];
/** Of Node-API, which the binding is written for. */
const NAPI_VERSION = 8;

const { values } = parseArgs({
  options: { python: { type: 'string', default: 'python3' }, package: { type: 'string' } },
});

const resolver = createRequire(import.meta.url);

/** The folder of the package to build in. */
function packageFolder(): string {
  const wanted = values.package === undefined ? packages : [values.package];
  for (const name of wanted) {
    try {
      return dirname(resolver.resolve(`${name}/package.json`));
    } catch {
      // Another of them may be there.
    }
  }
  throw new Error(
    `none of ${wanted.join(', ')} is installed; npm install --no-save --ignore-scripts ${wanted.at(-1)}`,
  );
}

/** Links the paths where the binding expects TensorFlow to the wheel. */
function linkDependencies(folder: string, { include, libraries }: Wheel): void {
  const place = join(folder, 'deps');
  rmSync(place, { recursive: true, force: true });
  mkdirSync(join(place, 'lib'), { recursive: true });
  symlinkSync(include, join(place, 'include'));
  for (const [name, path] of Object.entries(libraries)) symlinkSync(path, join(place, 'lib', name));
}

/** The node-gyp that comes with npm. */
function nodeGyp(): string {
  const root = execFileSync('npm', ['root', '--global'], { encoding: 'utf8' }).trim();
  const path = join(root, 'npm', 'node_modules', 'node-gyp', 'bin', 'node-gyp.js');
  if (existsSync(path)) return path;
  throw new Error(`npm has no node-gyp at ${path}; install npm with Node`);
}

/** Node's own headers where they lie beside it; else node-gyp fetches them. */
function headers(): string[] {
  const prefix = dirname(dirname(process.execPath));
  return existsSync(join(prefix, 'include', 'node', 'node_api.h')) ? [`--nodedir=${prefix}`] : [];
}

function build(folder: string): void {
  const binding = join(folder, 'lib', `napi-v${NAPI_VERSION}`);
  const definitions = {
    module_name: 'tfjs_binding',
    module_path: binding,
    napi_build_version: String(NAPI_VERSION),
  };
  const defines = Object.entries(definitions).map(([name, value]) => `-D${name}=${value}`);
  const args = [nodeGyp(), 'rebuild', ...headers(), '--', ...defines];
  const { status, stdout, stderr } = spawnSync(process.execPath, args, { cwd: folder, encoding: 'utf8' });
  if (status !== 0) throw new Error(`node-gyp failed:\n${stdout}${stderr}`);
}

try {
  const folder = packageFolder();
  const wheel = wheelOf(values.python);
  linkDependencies(folder, wheel);
  build(folder);
  process.stdout.write(
    `Built the binding of ${folder} against TensorFlow ${wheel.version}. Next: espalier search <dataset> --engine tfjs\n`,
  );
} catch (error) {
  process.stderr.write(`${(error as Error).message}\n`);
  process.exitCode = 1;
}
