export { audioBytes, decodeAudio } from './decode.js';
export type { DecodedAudio } from './decoded.js';
export { audioMediaType } from './mediaType.js';
export { pinkFilter } from './noise.js';
export { fingerprintAudio } from './fingerprint.js';
export { loadPreprocessedAudio, monoAt, preprocessAudio, preprocessedAudioShape } from './preprocess.js';
export {
  audioPolicies,
  audioViewKey,
  audioViewOf,
  identityAudioView,
  type AudioMask,
  type AudioNoise,
  type AudioPolicy,
  type AudioPolicyName,
  type AudioView,
} from './views.js';
