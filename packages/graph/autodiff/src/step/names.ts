/** Names of the step's own inputs and outputs. */
export const stepNames = {
  targets: 'espalier_targets',
  mask: 'espalier_mask',
  rates: 'espalier_rates',
  decay: 'espalier_decay',
  scalars: 'espalier_scalars',
  clip: 'espalier_clip',
  loss: 'espalier_loss',
  norm: 'espalier_norm',
} as const;

export const stateName = (parameter: string, state: string): string => `${parameter}__${state}`;
export const nextName = (name: string): string => `${name}__next`;
/** The weights that a parameter decays to. */
export const anchorName = (parameter: string): string => `${parameter}__anchor`;
/** A gradient that the update of a step is given, see `buildStepParts`. */
export const gradientName = (parameter: string): string => `${parameter}__gradient`;
