export {
  augmentationPolicies,
  identityView,
  viewKey,
  viewOf,
  type AugmentationName,
  type AugmentationPolicy,
  type CropBox,
  type View,
} from './augmentation.js';
export { classBalance, type ClassBalance } from './balance.js';
export { minimumPerClass, splitNames, type Dataset, type Example, type SplitName } from './dataset.js';
export { DatasetError, ImageError } from './errors.js';
export { decodeImage, type DecodedImage } from './image/decode.js';
export { loadPreprocessed, preprocessImage, preprocessedShape } from './image/preprocess.js';
export {
  findLeakage,
  type Fingerprinted,
  type LeakageOptions,
  type LeakedPair,
  type LeakMember,
} from './leakage.js';
export type { Fingerprint } from './perceptual.js';
export { readDataset } from './read.js';
export type { ReadOptions } from './readers/reader.js';
export {
  scanDataset,
  type CorruptExample,
  type Scan,
  type ScannedExample,
  type ScanOptions,
} from './scan.js';
export { splitDataset, type Split, type SplitOptions, type SplittableExample } from './split.js';
