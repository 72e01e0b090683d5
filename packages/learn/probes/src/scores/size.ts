import type { BackboneScore } from './score.js';

/** The control: how many weights a network has. A score that ranks backbones no better has told nothing of the examples. */
export const size: BackboneScore = {
  title: 'Size',
  unit: 'weights',
  paper: 'none: the control',
  needs: 'backbone',
  of: ({ weights }) => weights,
};
