import { tellOfStrays } from '@espalier/base/processes';
import { sayFailure } from './failure.js';

/** For commands that go on until they are told to stop: what one request left does not end them. */
export function goOnAfterStrays(): void {
  process.removeAllListeners('uncaughtException');
  process.removeAllListeners('unhandledRejection');
  tellOfStrays(sayFailure);
}
