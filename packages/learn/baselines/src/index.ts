export * from './bag/index.js';
export { plainAudio } from './audio/index.js';
export { plainImage } from './image/index.js';
export type { PlainFeatures } from './plainFeatures.js';
