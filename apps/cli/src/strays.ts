import { tellOfStrays } from '@espalier/base/processes';
import { sayFailure } from './failure.js';

/** Logs stray errors of requests, so that they do not end commands that run until they are told to stop. */
export function goOnAfterStrays(): void {
  process.removeAllListeners('uncaughtException');
  process.removeAllListeners('unhandledRejection');
  tellOfStrays(sayFailure);
}
