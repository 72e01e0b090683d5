import { createHash } from 'node:crypto';
import type { StudyEvent } from '../course/events.js';
import { trialName } from '../trials/trial.js';

/** Events that say the same each time they happen: their second of the study is part of what they are. */
const RECURRING: ReadonlySet<StudyEvent['type']> = new Set(['paused', 'search-ended', 'finished']);

/**
 * The usual key of an event, made of what it says: the same said twice is one event, and an epoch that is trained
 * again after its checkpoint was lost is another one.
 */
export function keyOf(event: StudyEvent): string {
  if (event.type === 'study') return 'study';
  // Whoever measures a network again does not replace what is known.
  if (event.type === 'measured') return `measured ${event.network}`;
  const words: string[] = [event.type];
  if ('role' in event) words.push(trialName(event));
  if (event.type === 'epoch') words.push(String(event.record.epoch));
  const { elapsed, ...said } = event;
  return [...words, digestOf(RECURRING.has(event.type) ? { ...said, elapsed } : said)].join(' ');
}

/** 96 bits of the SHA-256 of plain data, whatever the order of its fields. */
const digestOf = (value: object): string =>
  createHash('sha256').update(JSON.stringify(value, sorted)).digest('base64url').slice(0, 16);

function sorted(_: string, value: unknown): unknown {
  if (typeof value !== 'object' || value === null || Array.isArray(value)) return value;
  return Object.fromEntries(Object.entries(value).sort(([a], [b]) => (a < b ? -1 : 1)));
}
