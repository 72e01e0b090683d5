export * from './audio/index.js';
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
export { classBalance, isExtreme, type ClassBalance } from './balance.js';
export {
  minimumPerClass,
  nouns,
  splitNames,
  type Content,
  type Dataset,
  type Example,
  type SplitName,
} from './dataset.js';
export * from './encode/index.js';
export { AudioError, DatasetError, ExampleError, ImageError, TextError, TokenizerError } from './errors.js';
export { decodeImage, type DecodedImage } from './image/decode.js';
export { thumbnailOf } from './image/thumbnail.js';
export { loadPreprocessed, preprocessImage, preprocessedShape } from './image/preprocess.js';
export { conflictNote } from './conflicts.js';
export { findLeakage } from './leakage/index.js';
export type { LeakedPair, LeakMember } from './leakage/pair.js';
export type { Fingerprint } from './perceptual.js';
export { readDataset } from './read.js';
export { mediaOf, pathOf, textOf } from './inspect.js';
export { tableLimits, type TableLimits } from './readers/limits.js';
export { isMediaPath, readText } from './readers/files.js';
export { isLeftover } from './readers/leftovers.js';
export {
  type DatasetReader,
  type ReadOptions,
  type Row,
  type Rows,
  type Source as DatasetSource,
} from './readers/reader.js';
export { registerReader } from './readers/registry.js';
export { readTexts } from './readers/table.js';
export { isTablePath } from './readers/tables.js';
export {
  scanDataset,
  type CorruptExample,
  type Scan,
  type ScannedExample,
  type ScanOptions,
} from './scan.js';
export { counted, listedWords, shownSome } from './words.js';
export { unitsOf, type Unit } from './units.js';
export { splitDataset, type Split, type SplitOptions, type SplittableExample } from './split.js';
export { BAG_SPACE, bagCharacters, bagWords, MOST_BAG_CHARACTERS, MOST_BAG_WORDS } from './text/bag.js';
export { requireSound } from './blank.js';
export { requireText } from './text/check.js';
export { tokenizerHash } from './text/tokenize.js';
export {
  defaultPolicies,
  exampleViewKey,
  exampleViewOf,
  plainView,
  policies,
  viewCount,
  type ExampleView,
  type PolicyName,
} from './views.js';
