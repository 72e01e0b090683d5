/**
 * Where machines give each other the activations they have computed, in whole segments. A share that
 * cannot be reached costs a computation and no study: what goes wrong there is its own to tell, and
 * nothing is thrown for it.
 */
export interface ActivationShare {
  /** Names of segments of a space that together hold what there is of these examples. */
  readonly find: (space: string, keys: readonly string[]) => Promise<readonly string[]>;
  /** Brings a segment to a file of this machine, which is the caller's to remove; null where it cannot. */
  readonly fetch: (space: string, name: string) => Promise<string | null>;
  /** Shows a segment, to which nothing is added any more, with the examples in it. */
  readonly publish: (space: string, file: string, keys: readonly string[]) => Promise<void>;
}
