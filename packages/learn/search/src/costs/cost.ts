import type { Units } from '@espalier/study';

/** A network as it would be written, whatever its weights are. */
export interface WrittenNetwork {
  /** Bytes of its file. */
  readonly bytes: () => number;
  /** Answers one example, as it is decoded and encoded already. */
  readonly answer: () => Promise<void>;
}

/** What went into a line of the leaderboard. */
export interface Spent {
  /** Seconds of training in the search, those of the trials that it goes back to included. */
  readonly seconds: number;
}

interface Described {
  /** For tables and forms: "Latency". */
  readonly label: string;
  /** What it is, without a full stop. */
  readonly help: string;
  /** Units that it is typed and written in; it is kept in the first. */
  readonly units: Units;
}

/** Something of which an answer should have little. */
export type Cost =
  /** Known before anything is trained: of the network alone. */
  | (Described & {
      readonly of: 'network';
      readonly measure: (network: WrittenNetwork) => number | Promise<number>;
      /** Whether it is the same however often it is measured. */
      readonly exact?: true;
    })
  /** Known as a trial goes on; one that would break its limit by another epoch ends. */
  | (Described & { readonly of: 'training'; readonly known: (spent: Spent) => number });
