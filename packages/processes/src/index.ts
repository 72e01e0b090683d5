export { whyEnded, type Ending } from './ending.js';
export { withoutSecrets } from './environment.js';
export { nodeFlags } from './flags.js';
