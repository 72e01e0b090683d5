export { DamagedRecordsError, ActivationError } from './errors.js';
export { fillSpaces, type FillOptions, type FillResult, type Wanted } from './fill.js';
export type { ActivationShare } from './share.js';
export type { ActivationSpace } from './space.js';
export { exampleKey, openActivationStore, type ActivationStore, type SpaceKey } from './store.js';
