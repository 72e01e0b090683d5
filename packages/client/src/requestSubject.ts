/** A request, as an error names it. */
export interface RequestSubject {
  /** Subject of the request, such as `studies.get` or `the prediction`. */
  readonly what: string;
  readonly method: string;
  /** Without its query, which holds what was asked. */
  readonly address: string;
}

/** @param url of a request, whose query is left out */
export function askedOf(what: string, method: string, url: string | URL): RequestSubject {
  const { origin, pathname } = new URL(url);
  return { what, method, address: `${origin}${pathname}` };
}

/** A sentence on a request that failed; it ends with where. */
export const sentenceOf = (
  { what, method, address }: RequestSubject,
  { why, remedy, status = null }: { why: string; remedy: string; status?: number | null },
): string =>
  `${what}: ${why}${remedy === '' ? '' : `; ${remedy}`} (${method} ${address}${status === null ? '' : `, status ${status}`})`;
