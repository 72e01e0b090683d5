export { whyEnded, type Ending } from './ending.js';
export { withoutSecrets } from './environment.js';
