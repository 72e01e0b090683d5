import { testEngine } from '../testing/suite.js';
import { createTfjsEngine } from './engine.js';

testEngine('tfjs', () => createTfjsEngine());
