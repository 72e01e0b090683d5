import { testEngine } from '../suite/test-suite.js';
import { createTfjsEngine } from './engine.js';

testEngine('tfjs', () => createTfjsEngine());
