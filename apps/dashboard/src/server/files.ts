/** The dataset or report that the examples belong to. */
export interface Owner {
  readonly kind: 'datasets' | 'studies';
  readonly id: string;
}

/** Address of an example's picture, recording or text. */
export const exampleUrl = ({ kind, id }: Owner, example: string): string =>
  `/api/files/${kind}/${id}/${encodeURIComponent(example)}`;

/** Reads the error of a refused request. */
export async function refusalOf(response: Response): Promise<Error> {
  const told = (await response.json().catch(() => null)) as { error?: { message?: string } } | null;
  return new Error(told?.error?.message ?? `The server answered with status ${response.status}.`);
}
