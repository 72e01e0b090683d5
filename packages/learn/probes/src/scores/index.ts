import { registry } from '@espalier/base';
import { hScore } from './hScore.js';
import { knn } from './knn.js';
import { leep } from './leep.js';
import { logme } from './logme.js';
import { nce } from './nce.js';
import type { Score } from './score.js';
import { size } from './size.js';

/** All scores of transferability. */
export const scores = registry<Score>('score').of({ knn, logme, hScore, leep, nce, size });
