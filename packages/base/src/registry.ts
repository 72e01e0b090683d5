/** Entries of one kind by their names: those that come with Espalier, and those that plugins add. */
export interface Registry<Entry, Own extends Record<string, Entry>> {
  /** The noun of an entry, as in "There is no sampler called x". */
  readonly kind: string;
  /** Names of the entries that come with Espalier, in the order in which they are written. */
  readonly names: readonly [keyof Own & string, ...(keyof Own & string)[]];
  /** All names, those of plugins last. */
  known(): readonly string[];
  has(name: string): boolean;
  /** @throws the registry's error, with the names that there are */
  get<Name extends keyof Own & string>(name: Name): Own[Name];
  get(name: string): Entry;
  /** Names with their entries, in the order of {@link known}. */
  entries(): readonly (readonly [name: string, entry: Entry])[];
  /**
   * Adds an entry, which lasts as long as the process.
   *
   * @returns what takes it away again
   * @throws the registry's error where the name is taken
   */
  register(name: string, entry: Entry): () => void;
}

/** A name is taken, or nobody has it. */
export class RegistryError extends Error {
  override readonly name: string = 'RegistryError';
}

type Refusal = new (message: string) => Error;

/**
 * Makes a registry: `registry<Sampler>('sampler').of({ grid, random })`.
 *
 * @param kind the noun of an entry
 * @param Refused the class of its errors
 */
export const registry = <Entry>(kind: string, Refused: Refusal = RegistryError) => ({
  of: <Own extends Record<string, Entry>>(own: Own): Registry<Entry, Own> => {
    const all = new Map<string, Entry>(Object.entries(own));
    const [first, ...others] = Object.keys(own);
    if (first === undefined) throw new RangeError(`a registry of a ${kind} needs an entry`);
    const get = (name: string): Entry => {
      const entry = all.get(name);
      if (entry !== undefined) return entry;
      throw new Refused(`There is no ${kind} called ${name}, choose one of ${[...all.keys()].join(', ')}`);
    };
    return {
      kind,
      names: [first, ...others],
      known: () => [...all.keys()],
      has: (name) => all.has(name),
      get: get as Registry<Entry, Own>['get'],
      entries: () => [...all],
      register: (name, entry) => {
        if (all.has(name)) throw new Refused(`There is already a ${kind} called ${name}`);
        all.set(name, entry);
        return () => void all.delete(name);
      },
    };
  },
});
