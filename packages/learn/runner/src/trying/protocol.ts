import type { ReadyBackbone } from '@espalier/transfer';

/** What the process that tries a network is asked. */
export interface TryingFunctions {
  /** Runs the network as a search would trace it. Null where it runs; else why it does not. */
  trace(
    id: string,
    loaded: ReadyBackbone,
  ): Promise<{ readonly name: string; readonly message: string } | null>;
}
