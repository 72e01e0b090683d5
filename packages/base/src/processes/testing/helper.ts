import { serveHelper } from '../index.js';

/** A helper that does what tests want of it. */
const kept: Buffer[] = [];
const functions = {
  echo: (text: string) => Promise.resolve(text),
  pid: () => Promise.resolve(process.pid),
  environment: () => Promise.resolve(Object.keys(process.env)),
  fail: () => Promise.reject(new TypeError('no')),
  spin: () => {
    for (;;);
  },
  /** Outside the heap of JavaScript. */
  take: (bytes: number) => {
    kept.push(Buffer.alloc(bytes, 1));
    return new Promise<void>(() => undefined);
  },
  crash: () => process.kill(process.pid, 'SIGSEGV'),
};
export type TestFunctions = typeof functions;
serveHelper(functions);
