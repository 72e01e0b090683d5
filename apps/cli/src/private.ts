/** Makes all files that this process and its children write from now on readable by their owner only. */
export const keepPrivate = (): void => void process.umask(0o077);
