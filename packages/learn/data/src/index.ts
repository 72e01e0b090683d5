export {
  audioViewKey,
  identityAudioView,
  type AudioMask,
  type AudioNoise,
  type AudioView,
} from './modalities/audio/views.js';
export { audioPolicies, audioViewOf, type AudioPolicyName } from './modalities/audio/policies/registry.js';
export { textPolicies, type TextPolicyName } from './modalities/text/policies/registry.js';
export { imagePolicies, viewOf, type ImagePolicyName } from './modalities/image/policies/registry.js';
export type { Moment, Policy } from './modalities/policy.js';
export { audioBytes, decodeAudio } from './modalities/audio/formats/decode.js';
export type { DecodedAudio } from './modalities/audio/formats/decoded.js';
export { audioMediaType } from './modalities/audio/formats/mediaType.js';
export { fingerprintAudio } from './modalities/audio/fingerprint.js';
export {
  loadPreprocessedAudio,
  monoAt,
  preprocessAudio,
  preprocessedAudioShape,
} from './modalities/audio/preprocess.js';
export { pinkFilter } from './modalities/audio/signal/noise.js';
export { identityView, viewKey, type CropBox, type View } from './modalities/image/views.js';
export { classLabels } from './labels/classes.js';
export type { LabelKind, Labelled } from './labels/kind.js';
export { classBalance, isExtreme, type ClassBalance } from './labels/balance.js';
export {
  splitNames,
  type Content,
  type Dataset,
  type Example,
  type ScannedExample,
  type SplitName,
  type SplittableExample,
} from './dataset.js';
export * from './encode/index.js';
export { AudioError, DatasetError, ExampleError, ImageError, TextError, TokenizerError } from './errors.js';
export { decodeImage, type DecodedImage } from './modalities/image/formats/decode.js';
export { thumbnailOf } from './modalities/image/thumbnail.js';
export { loadPreprocessed, preprocessImage, preprocessedShape } from './modalities/image/preprocess.js';
export { conflictNote } from './checks/conflicts.js';
export { findLeakage } from './leakage/index.js';
export type { LeakedPair, LeakMember } from './leakage/pair.js';
export type { Fingerprint } from './checks/perceptual.js';
export { readDataset } from './reading/read.js';
export { mediaOf, pathOf, textOf } from './content.js';
export { tableLimits, type TableLimits } from './readers/tables/limits.js';
export { isMediaPath, readText } from './readers/files.js';
export { isLeftover } from './readers/folders/leftovers.js';
export {
  type DatasetReader,
  type ReadOptions,
  type Row,
  type Rows,
  type Source as DatasetSource,
} from './readers/reader.js';
export { readers, type OwnLayout } from './readers/registry.js';
export { readTexts } from './readers/table.js';
export { isTablePath } from './readers/tables/tables.js';
export { scanDataset, type CorruptExample, type Scan, type ScanOptions } from './reading/scan.js';
export {
  isOfFiles,
  modalityFacts,
  nouns,
  pluralOf,
  type ModalityFacts,
  type ModalityWords,
} from './modalities/allFacts.js';
export { modalities, type ModalityPart } from './modalities/index.js';
export { alternatives, counted, listedWords, shownSome } from './words.js';
export { unitsOf, type Unit } from './splits/units.js';
export { splitDataset, type Split, type SplitOptions } from './splits/split.js';
export {
  BAG_SPACE,
  bagCharacters,
  bagWords,
  MOST_BAG_CHARACTERS,
  MOST_BAG_WORDS,
} from './modalities/text/bag.js';
export { requireSound } from './checks/blank.js';
export { requireText } from './modalities/text/check.js';
export { tokenizerHash } from './modalities/text/tokenize.js';
export {
  exampleViewKey,
  exampleViewOf,
  plainView,
  policiesOf,
  usualPoliciesOf,
  viewCount,
  type ExampleView,
  type PolicyName,
} from './views.js';
