import type { LabelledShares } from './score.js';

/** Joint shares of labels and source classes, [classes, source classes], and of the source classes alone. */
interface Joint {
  readonly joint: Float64Array;
  readonly alone: Float64Array;
}

/** Adds up how much of each source class goes with each label, by the weights that examples give them. */
export function jointOf({ labels, classes, shares }: LabelledShares): Joint {
  const { rows, columns, data } = shares;
  const joint = new Float64Array(classes * columns);
  const alone = new Float64Array(columns);
  for (let i = 0; i < rows; i++) {
    const start = (labels[i] as number) * columns;
    for (let z = 0; z < columns; z++) {
      const share = (data[i * columns + z] as number) / rows;
      joint[start + z] = (joint[start + z] as number) + share;
      alone[z] = (alone[z] as number) + share;
    }
  }
  return { joint, alone };
}
