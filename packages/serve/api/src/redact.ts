import type { Access } from './context.js';

/** An absolute path of a machine with a folder in it; addresses of the web are none. */
const PATH = /(?<![\w:/.…-])(?:[A-Za-z]:)?[/\\](?:[^\s/\\'"`<>|]+[/\\])+[^\s/\\'"`<>|,;:()]*/g;

/** Shortens a path to its last name, since clients must not see the folders. */
const shortened = (path: string): string => {
  const name = path.split(/[/\\]/).findLast((part) => part !== '') ?? '';
  return `…/${name}`;
};

/**
 * Removes the paths of the server from an answer: those of a team do not need to know how its
 * machine is laid out. Admins, and the one user of a server without sign-in, are told all.
 */
export function withoutPaths<T>(value: T, access: Access | null): T {
  if (access === null || access.userId === null || access.role === 'admin') return value;
  return shorten(value) as T;
}

/** A sentence without the paths of the server. */
export const sentenceWithoutPaths = (text: string): string => text.replace(PATH, shortened);

function shorten(value: unknown): unknown {
  if (typeof value === 'string') return sentenceWithoutPaths(value);
  if (Array.isArray(value)) return value.map(shorten);
  if (typeof value !== 'object' || value === null || Object.getPrototypeOf(value) !== Object.prototype)
    return value;
  return Object.fromEntries(Object.entries(value).map(([name, inner]) => [name, shorten(inner)]));
}
