/** The feature cache cannot be used as asked; the message says where and what to do. */
export class ActivationError extends Error {
  override readonly name: string = 'ActivationError';
}

/** Records that are torn or damaged; they have been forgotten and can be computed again. */
export class DamagedRecordsError extends ActivationError {
  override readonly name = 'DamagedRecordsError';

  constructor(
    readonly keys: readonly string[],
    where: string,
  ) {
    super(`${keys.length} features in ${where} are damaged and have to be computed again`);
  }
}

/** Runs `action`; returns `null` where another process has removed the file or folder meanwhile. */
export function unlessGone<T>(action: () => T): T | null {
  try {
    return action();
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code === 'ENOENT') return null;
    throw error;
  }
}
