/** A plugin cannot be used; the message names it and says what it did and what to do. */
export class PluginError extends Error {
  override readonly name = 'PluginError';

  constructor(
    /** The npm package. */
    readonly plugin: string,
    readonly reason: string,
    options?: ErrorOptions,
  ) {
    super(`plugin ${plugin} is disabled: ${reason}`, options);
  }
}

/** A module without something that the package.json names. */
export const brokenPromise = (plugin: string, kind: string, part: string): PluginError =>
  new PluginError(plugin, `its export '${kind}' lacks '${part}', which its package.json names`);
