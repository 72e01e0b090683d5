/** Something that is opened when it is first asked for. */
export interface Once<T> {
  get(): Promise<T>;
  dispose(): Promise<void>;
}

/** Opens something when it is first asked for. */
export function once<T extends { dispose(): Promise<void> }>(open: () => Promise<T>): Once<T> {
  let opened: Promise<T> | null = null;
  return {
    get: () => (opened ??= open()),
    dispose: async () => (await opened)?.dispose(),
  };
}
