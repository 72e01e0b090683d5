// `thread.ts` from the sources: a thread has no TypeScript of its own on Node 20.
import { register } from 'tsx/esm/api';

register();
await import('./thread.ts');
