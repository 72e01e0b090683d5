import { testEngine } from '../suite/test-suite.js';
import { createOnnxEngine } from './engine.js';

testEngine('onnx', () => Promise.resolve(createOnnxEngine({ threads: 1 })));
