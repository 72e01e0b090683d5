/** Names that a head adds to a graph. */
export const headNames = {
  features: 'espalier_features',
  weight: 'espalier_head_weight',
  bias: 'espalier_head_bias',
  logits: 'logits',
  probabilities: 'probabilities',
} as const;
