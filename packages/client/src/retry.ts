import { setTimeout as sleep } from 'node:timers/promises';
import { z } from 'zod';
import { ClientError, isApiError } from './errors.js';

const FIRST_MILLISECONDS = 250;
const LONGEST_MILLISECONDS = 15_000;

/** Waits before something is tried again: longer each time. @throws the signal's reason */
export async function pause(attempt: number, signal?: AbortSignal, seconds = 0): Promise<void> {
  const usual = Math.min(LONGEST_MILLISECONDS, FIRST_MILLISECONDS * 2 ** attempt);
  await sleep(Math.max(usual, 1000 * seconds), undefined, { signal }).catch((error: unknown) => {
    signal?.throwIfAborted();
    throw error;
  });
}

/** Whether the same may be answered otherwise a moment later: nobody answered, or who did was busy or broken. */
export const passes = (status: number | null): boolean => status === null || status === 429 || status >= 500;

/** Whether what failed may work a moment later. */
export function isPassing(error: unknown): boolean {
  if (isApiError(error)) return passes(error.data?.httpStatus ?? null);
  // What fetch throws where nobody answers, and where an answer breaks off.
  return error instanceof TypeError || (error instanceof ClientError && passes(error.status));
}

const refusalSchema = z.object({ error: z.object({ message: z.string() }) });

/** Why the server refused a request that carries files. */
export async function refusalOf(response: Response, what: string): Promise<ClientError> {
  const text = await response.text();
  const told = refusalSchema.safeParse(parsed(text)).data?.error.message;
  const why = told ?? `the server answered with status ${response.status}`;
  return new ClientError(`${what}: ${why}`, response.status);
}

function parsed(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    // A proxy's page; its status says enough.
    return null;
  }
}
