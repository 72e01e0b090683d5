import type { Client } from './connect.js';
import { isPassing, pauseBefore } from './retry.js';

/** A study, as `studies.get` shows it. */
export type StudyState = Awaited<ReturnType<Client['api']['studies']['get']['query']>>;

/** Something that happened to a study; numbered from 1 without a gap. */
export interface StudyEvent {
  readonly number: number;
  readonly kind: string;
  readonly data: unknown;
  readonly createdAt: string;
}

export interface WaitOptions {
  /** Ends the waiting; the study goes on. */
  readonly signal?: AbortSignal;
  /** Told of everything that happened and happens to the study: each event once, in order. */
  readonly onEvent?: (event: StudyEvent) => void;
}

const over: ReadonlySet<StudyState['state']> = new Set(['finished', 'failed', 'cancelled']);
/** Kinds of events with which a study may have ended. */
const ending: ReadonlySet<string> = new Set(['state', 'reported']);
/** The study is looked at this often even where nothing is told: its process may have died. */
const LOOK_MILLISECONDS = 60_000;

/**
 * Follows a study until it is finished, failed or cancelled, through restarts of the server and of the
 * network between.
 *
 * @throws what the server refuses, at once where it cannot be reached at first, and the signal's reason
 */
export async function waitForStudy(
  client: Client,
  id: string,
  { signal, onEvent }: WaitOptions = {},
): Promise<StudyState> {
  let last = 0;
  let study = await client.api.studies.get.query({ id }, { ...(signal && { signal }) });
  for (let failures = 0; !over.has(study.state) || last < study.lastEvent;) {
    const until = over.has(study.state) ? study.lastEvent : Infinity;
    const seen = last;
    await follow(client, { id, last, until, signal }, (event) => {
      last = event.number;
      onEvent?.(event);
    });
    signal?.throwIfAborted();
    try {
      study = await client.api.studies.get.query({ id }, { ...(signal && { signal }) });
      failures = last > seen ? 0 : failures + 1;
    } catch (error) {
      signal?.throwIfAborted();
      if (!isPassing(error)) throw error;
      failures++;
    }
    if (last === seen) await pauseBefore(failures, signal);
  }
  return study;
}

interface Followed {
  readonly id: string;
  /** Number of the last event that is known. */
  readonly last: number;
  /** Number of the event with which to end. */
  readonly until: number;
  readonly signal: AbortSignal | undefined;
}

/** Follows the events behind one, until the study may be over, the stream breaks off, or a while has passed. */
function follow(
  { api }: Client,
  { id, last, until, signal }: Followed,
  onEvent: (event: StudyEvent) => void,
): Promise<void> {
  return new Promise((resolve, reject) => {
    let known = last;
    const end = (settle: () => void): void => {
      clearTimeout(timer);
      signal?.removeEventListener('abort', stop);
      subscription.unsubscribe();
      settle();
    };
    const stop = (): void => end(resolve);
    const timer = setTimeout(stop, LOOK_MILLISECONDS);
    const subscription = api.studies.events.subscribe(
      { id, lastEventId: String(last) },
      {
        onData: ({ data }) => {
          // A stream that began anew may repeat what came already.
          if (data.number <= known) return;
          known = data.number;
          try {
            onEvent(data);
          } catch (error) {
            return end(() => reject(error));
          }
          if (known >= until || ending.has(data.kind)) stop();
        },
        // Whether it may be tried again shows when the study is asked for.
        onError: stop,
        onComplete: stop,
      },
    );
    signal?.addEventListener('abort', stop, { once: true });
  });
}
