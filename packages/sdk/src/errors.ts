/** The invalid option and the reason, for callers that have their own names for options. */
export interface OptionIssue {
  /** Path from the top of the options, such as `['budget', 'trials']`. */
  readonly path: readonly (string | number)[];
  readonly reason: string;
}

/** Invalid options or inputs; the message says what is wrong, where, and what to do. */
export class SdkError extends Error {
  override readonly name = 'SdkError';

  constructor(
    message: string,
    /** Null if the error does not concern a single option. */
    readonly issue: OptionIssue | null = null,
  ) {
    super(message);
  }
}
