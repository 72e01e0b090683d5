import { matrix, type Matrix } from '../kernels/matrix.js';
import type { AnswerScore } from './score.js';
import { jointOf } from './sourceClasses.js';

/**
 * Less the entropy of the labels once it is known which of its own classes the network answers: 0 where each of those
 * has one label (Tran et al., 2019, with the network's answers in the place of source labels).
 */
export const nce: AnswerScore = {
  title: 'NCE',
  unit: 'nats',
  paper: 'Tran et al., 2019',
  needs: 'source classes',
  of: ({ labels, classes, shares }) => {
    const { joint, alone } = jointOf({ labels, classes, shares: answersOf(shares) });
    return joint.reduce((sum, share, i) => {
      const whole = alone[i % shares.columns] as number;
      return share > 0 ? sum + share * Math.log(share / whole) : sum;
    }, 0);
  },
};

/** 1 for the likeliest class of each row, the first of several, and 0 for the others. */
function answersOf({ rows, columns, data }: Matrix): Matrix {
  const answers = matrix(rows, columns);
  for (let i = 0; i < rows; i++) {
    const row = data.subarray(i * columns, (i + 1) * columns);
    answers.data[i * columns + row.indexOf(Math.max(...row))] = 1;
  }
  return answers;
}
