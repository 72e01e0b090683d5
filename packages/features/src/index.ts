export { DamagedRecordsError, FeatureError } from './errors.js';
export { fillSpaces, type FillOptions, type FillResult, type Wanted } from './fill.js';
export type { FeatureShare } from './share.js';
export type { FeatureSpace } from './space.js';
export { exampleKey, openFeatureStore, type FeatureStore, type SpaceKey } from './store.js';
