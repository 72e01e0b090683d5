import { float32, int64, node } from '@espalier/onnx';
import { ints, single } from './cases.js';
import { spreadValues, type NumericCase } from './numeric.js';

/** Cases of the operators that pick, move and repeat elements. */
export const indexingCases: Readonly<Record<string, readonly NumericCase[]>> = {
  CumSum: [
    single('CumSum', [[3, 5]], { constants: [int64([1], [])] }),
    single('CumSum', [[3, 5]], {
      constants: [int64([0], [])],
      attributes: { exclusive: 1, reverse: 1 },
    }),
  ],
  Gather: [
    single('Gather', [[4, 3]], { constants: [ints(0, 2, 2, -1)] }),
    single('Gather', [[2, 4, 3]], { constants: [int64([1, 1, 0, 3], [2, 2])], attributes: { axis: 1 } }),
  ],
  GatherElements: [
    single('GatherElements', [[3, 4]], {
      constants: [int64([0, 0, 2, -1, 3, 1], [3, 2])],
      attributes: { axis: 1 },
    }),
  ],
  GatherND: [
    single('GatherND', [[3, 4, 2]], {
      constants: [int64([0, 1, 2, -1, 0, 1], [3, 2])],
    }),
    single('GatherND', [[3, 4]], { constants: [int64([2, 2, 0], [3, 1])] }),
  ],
  ScatterND: [
    single('ScatterND', [[4, 3]], {
      constants: [int64([3, 0], [2, 1]), float32([2, 3], [1, 2, 3, 4, 5, 6])],
    }),
    {
      nodes: [node('ScatterND', ['x', 'places', 'put'], ['y'])],
      inputs: {
        x: spreadValues('scattered', [4, 3]),
        put: spreadValues('put', [2]),
      },
      constants: { places: int64([1, 2, 3, 0], [2, 2]) },
    },
  ],
  Tile: [single('Tile', [[2, 3]], { constants: [ints(3, 2)] })],
  Trilu: [
    single('Trilu', [[2, 4, 4]]),
    single('Trilu', [[4, 5]], {
      constants: [int64([1], [])],
      attributes: { upper: 0 },
    }),
  ],
};
