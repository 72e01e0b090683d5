import type { AnswerScore } from './score.js';
import { jointOf } from './sourceClasses.js';

/**
 * Mean log likelihood of the labels under the classifier that asks the network for one of its own classes, and answers
 * with the labels that go with it: 0 at best (Nguyen et al., 2020, equation 2).
 */
export const leep: AnswerScore = {
  title: 'LEEP',
  unit: 'nats',
  paper: 'Nguyen et al., 2020',
  needs: 'source classes',
  of: (examples) => {
    const { labels, shares } = examples;
    const { rows, columns, data } = shares;
    const { joint, alone } = jointOf(examples);
    let sum = 0;
    for (let i = 0; i < rows; i++) {
      const start = (labels[i] as number) * columns;
      let likelihood = 0;
      for (let z = 0; z < columns; z++) {
        const whole = alone[z] as number;
        if (whole > 0)
          likelihood += ((joint[start + z] as number) / whole) * (data[i * columns + z] as number);
      }
      sum += Math.log(likelihood);
    }
    return sum / rows;
  },
};
