import fc from 'fast-check';
import { expect, it } from 'vitest';
import { RefusedError, sendParts, type PutPart } from './upload';

const PART = 10;
const fileOf = (bytes: number): Blob => new Blob([Uint8Array.from({ length: bytes }, (_, i) => i % 251)]);
const stateOf = (bytes: number, there: readonly number[] = []) => ({
  id: 'u',
  partBytes: PART,
  parts: Math.ceil(bytes / PART),
  there,
});
const signal = new AbortController().signal;

it('sends each part that is missing, however often the connection breaks, and tells how far it is', async () => {
  const scenario = fc.record({
    bytes: fc.integer({ min: 1, max: 95 }),
    there: fc.uniqueArray(fc.nat(9)),
    failures: fc.array(fc.nat(4), { minLength: 10, maxLength: 10 }),
  });
  await fc.assert(
    fc.asyncProperty(scenario, async ({ bytes, there, failures }) => {
      const parts = Math.ceil(bytes / PART);
      const known = there.filter((part) => part < parts);
      const received = new Map<number, Uint8Array>();
      const left = [...failures];
      const put: PutPart = async (_, part, content) => {
        if ((left[part] ?? 0) > 0) {
          left[part] = (left[part] ?? 0) - 1;
          throw new TypeError('Failed to fetch');
        }
        expect(received.has(part)).toBe(false);
        received.set(part, new Uint8Array(await content.arrayBuffer()));
      };
      const told: number[] = [];
      await sendParts(fileOf(bytes), stateOf(bytes, known), {
        signal,
        put,
        pause: 0,
        onProgress: (done) => told.push(done),
      });
      expect([...received.keys()].sort((a, b) => a - b)).toEqual(
        Array.from({ length: parts }, (_, part) => part).filter((part) => !known.includes(part)),
      );
      const whole = new Uint8Array(await fileOf(bytes).arrayBuffer());
      for (const [part, content] of received)
        expect(content).toEqual(whole.slice(part * PART, (part + 1) * PART));
      expect(told.at(-1)).toBe(bytes);
      expect(told).toEqual([...told].sort((a, b) => a - b));
    }),
    { numRuns: 50 },
  );
});

it('gives up where the server will not have it, or never answers', async () => {
  let calls = 0;
  const refuse: PutPart = () => Promise.reject(new RefusedError('no such upload'));
  const none = { signal, pause: 0, onProgress: () => undefined };
  await expect(sendParts(fileOf(50), stateOf(50), { ...none, put: refuse })).rejects.toThrow(
    'no such upload',
  );
  const broken: PutPart = () => {
    calls++;
    return Promise.reject(new TypeError('Failed to fetch'));
  };
  await expect(sendParts(fileOf(5), stateOf(5), { ...none, put: broken })).rejects.toThrow('Failed to fetch');
  expect(calls).toBe(6);
});

it('stops when it is told to', async () => {
  const stop = new AbortController();
  const put: PutPart = () => {
    stop.abort(new Error('enough'));
    return Promise.reject(new TypeError('aborted'));
  };
  const running = sendParts(fileOf(50), stateOf(50), {
    signal: stop.signal,
    put,
    pause: 0,
    onProgress: () => undefined,
  });
  await expect(running).rejects.toThrow('enough');
});
