import { parseArgs } from 'node:util';

export interface DatasetArguments<Name extends string> {
  readonly folder: string;
  readonly numbers: Readonly<Record<Name, number>>;
}

/** The least and the most a number may be. */
export type Range = readonly [least: number, most: number];

/**
 * The folder and the whole numbers that a program which generates a dataset is given. null where they
 * cannot be used: then the usage is said and the exit code is 2.
 */
export function datasetArguments<Name extends string>(
  usage: string,
  defaults: Readonly<Record<Name, number>>,
  ranges: Readonly<Partial<Record<Name, Range>>>,
): DatasetArguments<Name> | null {
  const names = Object.keys(defaults) as Name[];
  const options = Object.fromEntries(
    names.map((name) => [name, { type: 'string', default: String(defaults[name]) } as const]),
  );
  const numbersOf = (values: Readonly<Record<string, unknown>>): Record<Name, number> =>
    Object.fromEntries(names.map((name) => [name, Number(values[name])])) as Record<Name, number>;
  const fits = (name: Name, value: number): boolean => {
    const [least, most] = ranges[name] ?? [-Infinity, Infinity];
    return Number.isInteger(value) && value >= least && value <= most;
  };
  try {
    const { values, positionals } = parseArgs({ allowPositionals: true, options });
    const numbers = numbersOf(values);
    const [folder, ...more] = positionals;
    if (folder !== undefined && more.length === 0 && names.every((name) => fits(name, numbers[name]))) {
      return { folder, numbers };
    }
  } catch {
    // An unknown option is answered like a wrong number.
  }
  console.error(usage);
  process.exitCode = 2;
  return null;
}
