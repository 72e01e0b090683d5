/** A graph that cannot be differentiated; the message names the node and says what remains possible. */
export class AutodiffError extends Error {
  override readonly name: string = 'AutodiffError';
  /** The first output of the node that is in the way, where one is. */
  readonly output: string | null;

  constructor(message: string, options: ErrorOptions & { readonly output?: string } = {}) {
    super(message, options);
    this.output = options.output ?? null;
  }
}

/** A node on the way from a trained parameter to the loss has an operator without a gradient rule. */
export class UnsupportedOperatorError extends AutodiffError {
  override readonly name = 'UnsupportedOperatorError';

  constructor(
    readonly opType: string,
    readonly node: string,
    advice: string,
    output?: string,
  ) {
    super(`there is no gradient rule for ${node}; ${advice}`, output === undefined ? {} : { output });
  }
}
