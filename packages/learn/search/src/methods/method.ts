import type { Value } from '@espalier/study';

/** A way to make a model of a frozen prefix: what a search has to know of it. How it works is the runner's. */
export interface Method {
  /** What a configuration is, for people, behind the name of its backbone. */
  readonly title: (values: Readonly<Record<string, Value>>) => string;
  /** Most epochs of a trial; null where the study's budget decides. */
  readonly epochs: number | null;
  /** Names the network that a configuration ends in: those of one name are alike but for their weights. */
  readonly network: (backbone: string, values: Readonly<Record<string, Value>>) => string;
  /**
   * Gives the floating-point operations of an epoch for one example.
   *
   * @param work of training the backbone, by the freeze depth; the last is of the head alone
   */
  readonly work: (values: Readonly<Record<string, Value>>, work: readonly number[]) => number;
  /**
   * Whether trials of such values can train side by side at little more cost than one; never where it is absent.
   *
   * @param work as {@link work} has it
   */
  readonly isBeside?: (values: Readonly<Record<string, Value>>, work: readonly number[]) => boolean;
}
