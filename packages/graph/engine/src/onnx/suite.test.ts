import { testEngine } from '../testing/suite.js';
import { createOnnxEngine } from './engine.js';

testEngine('onnx', () => Promise.resolve(createOnnxEngine({ threads: 1 })));
