/** A graph that cannot be differentiated; the message names the node and says what remains possible. */
export class AutodiffError extends Error {
  override readonly name: string = 'AutodiffError';
}

/** A node on the way from a trained parameter to the loss has an operator without a gradient rule. */
export class UnsupportedOperatorError extends AutodiffError {
  override readonly name = 'UnsupportedOperatorError';

  constructor(
    readonly opType: string,
    readonly node: string,
    advice: string,
  ) {
    super(`no gradient rule for ${node}: ${advice}`);
  }
}
