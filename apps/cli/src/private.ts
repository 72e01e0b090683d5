/** Whatever a server or a worker writes from now on, its owner alone may read; what it starts does the same. */
export const keepPrivate = (): void => void process.umask(0o077);
