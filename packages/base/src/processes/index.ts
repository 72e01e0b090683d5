export { whyEnded, type Ending } from './ending.js';
export { withoutKeys, withoutSecrets } from './environment.js';
export { endOnStrays, tellOfStrays } from './strays.js';
export { startProcess, type ProcessEnd, type OwnProcess, type ProcessOptions } from './process.js';
export { nodeFlags } from './flags.js';
export {
  HelperError,
  openHelper,
  serveHelper,
  yieldMemory,
  type AskOptions,
  type Helper,
  type HelperOptions,
} from './helper.js';
export {
  bytesInWords,
  heapFlag,
  watchMemory,
  watchProcess,
  type ProcessLimits,
  type Watch,
} from './limits.js';
