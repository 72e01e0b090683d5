import type { Kind } from '@espalier/auth';
import type { Context } from './context.js';

/**
 * Counts something that somebody asks; who is not signed in is counted by their address.
 *
 * @throws TooManyError where who asks had their share
 */
export async function takeShare({ access, address, limits }: Context, kind: Kind): Promise<void> {
  const who = access?.keyId ?? access?.userId ?? address ?? 'unknown';
  await limits?.[access === null ? 'stranger' : kind].take(who);
}
