/** Whose examples are shown. */
export interface Owner {
  readonly kind: 'datasets' | 'studies';
  readonly id: string;
}

/** The address of an example's picture, recording or text. */
export const exampleUrl = ({ kind, id }: Owner, example: string): string =>
  `/api/files/${kind}/${id}/${encodeURIComponent(example)}`;

/** What a server says of a request that it refused. */
export async function refusalOf(response: Response): Promise<Error> {
  const told = (await response.json().catch(() => null)) as { error?: { message?: string } } | null;
  return new Error(told?.error?.message ?? `the server answered ${response.status}`);
}
