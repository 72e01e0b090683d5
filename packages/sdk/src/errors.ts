/** Which option cannot be used, and why, for callers that have their own names for options. */
export interface OptionIssue {
  /** From the options' top, such as `['budget', 'trials']`. */
  readonly path: readonly (string | number)[];
  readonly reason: string;
}

/** Something that was asked for and cannot be understood; the message says what, where and what to do. */
export class SdkError extends Error {
  override readonly name = 'SdkError';

  constructor(
    message: string,
    /** Null where it is not about a single option. */
    readonly issue: OptionIssue | null = null,
  ) {
    super(message);
  }
}
