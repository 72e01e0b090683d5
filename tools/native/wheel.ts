import { execFileSync } from 'node:child_process';
import { existsSync } from 'node:fs';
import { join } from 'node:path';

/** TensorFlow as PyPI's wheel brings it. */
export interface Wheel {
  readonly version: string;
  /** Folder of its C headers. */
  readonly include: string;
  /** The files of its libraries, by the names that a linker and a loader look for. */
  readonly libraries: Readonly<Record<string, string>>;
}

/** Nothing of TensorFlow is imported, which would take seconds. */
const find =
  'import importlib.metadata as m, importlib.util as u\n' +
  "name = next((n for n in ('tensorflow', 'tensorflow-cpu') if any(True for d in m.distributions() if d.metadata['Name'] == n)), '')\n" +
  "print(m.version(name) if name else '', u.find_spec('tensorflow').submodule_search_locations[0] if name else '', sep='\\n')";

/**
 * Finds the library in what a Python has installed.
 *
 * @param python an interpreter whose packages include tensorflow or tensorflow-cpu
 * @throws Error where there is none
 */
export function wheelOf(python: string): Wheel {
  const [version = '', folder = ''] = execFileSync(python, ['-c', find], { encoding: 'utf8' }).split('\n');
  if (folder === '') throw new Error(`${python} has no tensorflow; ${python} -m pip install tensorflow-cpu`);
  const [whole, framework] = ['libtensorflow_cc.so.2', 'libtensorflow_framework.so.2'].map((name) => {
    const path = join(folder, name);
    if (existsSync(path)) return path;
    throw new Error(
      `TensorFlow ${version} has no ${name} in ${folder}; take a wheel for Linux, 2.12 or later`,
    );
  }) as [string, string];
  return {
    version,
    include: join(folder, 'include'),
    libraries: {
      // The C interface is in the library of the C++ one.
      'libtensorflow.so': whole,
      'libtensorflow_cc.so.2': whole,
      'libtensorflow_framework.so': framework,
      'libtensorflow_framework.so.2': framework,
    },
  };
}
