export { checks, type Check } from './checks.js';
export { ConformanceError } from './errors.js';
export { requireExpected } from './expected.js';
export { subjectOf, type Subject } from './subject.js';
export { writeTinyNetwork } from './tinyNetwork.js';
export { writeTinyTransformer } from './tinyTransformer.js';
export { writeTinyWaveform } from './tinyWaveform.js';
export { inspectInputs } from '@espalier/onnx';
