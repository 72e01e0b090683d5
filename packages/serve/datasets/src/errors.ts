/**
 * Kind of the problem, for callers that answer in their own way (an HTTP status):
 *
 * - `denied`: a path that the server may not read
 * - `missing`: nothing is there
 * - `invalid`: what was given cannot be used as it is
 * - `incomplete`: parts of an upload that have not come yet
 * - `conflict`: other content is there already
 * - `size`: more than is allowed
 * - `archive`: a zip that is damaged, or dangerous to unpack
 * - `failed`: work that ended without a result
 * - `busy`: too much is under way; the same may work later
 * - `quota`: the project has as much as it may
 */
export type DatasetsProblem =
  | 'denied'
  | 'missing'
  | 'invalid'
  | 'incomplete'
  | 'conflict'
  | 'size'
  | 'archive'
  | 'failed'
  | 'busy'
  | 'quota';

/** A dataset that cannot be used as asked; the message is a sentence that says what was wrong and what to do. */
export class DatasetsError extends Error {
  override readonly name = 'DatasetsError';
  constructor(
    readonly problem: DatasetsProblem,
    message: string,
    options?: ErrorOptions,
  ) {
    super(message, options);
  }
}
