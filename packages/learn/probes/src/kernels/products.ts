import type { Engine, Forward } from '@espalier/engine';
import { float32, node, TARGET_OPSET, type Model, type Tensor, type ValueInfo } from '@espalier/onnx';
import { matrix, type Matrix } from './matrix.js';

/** Products of matrices, computed by an engine. */
export interface Products {
  /** a b */
  multiply(a: Matrix, b: Matrix): Promise<Matrix>;
  /** a bᵀ */
  multiplyTransposed(a: Matrix, b: Matrix): Promise<Matrix>;
  /** aᵀ b */
  transposedMultiply(a: Matrix, b: Matrix): Promise<Matrix>;
  dispose(): Promise<void>;
}

/** Compiles the products once; they take matrices of any size. */
export async function createProducts(engine: Engine): Promise<Products> {
  const plain = await engine.compileForward(productModel(false, false));
  const right = await engine.compileForward(productModel(false, true));
  const left = await engine.compileForward(productModel(true, false));
  const run = async (forward: Forward, a: Matrix, b: Matrix): Promise<Matrix> => {
    const { product } = await forward.run({ a: tensorOf(a), b: tensorOf(b) });
    const { dims, data } = product as Tensor;
    return matrix(dims[0] as number, dims[1] as number, data as Float32Array);
  };
  return {
    multiply: (a, b) => run(plain, a, b),
    multiplyTransposed: (a, b) => run(right, a, b),
    transposedMultiply: (a, b) => run(left, a, b),
    dispose: async () => {
      for (const forward of [plain, right, left]) await forward.dispose();
    },
  };
}

const tensorOf = ({ rows, columns, data }: Matrix): Tensor => float32([rows, columns], data);

function productModel(transA: boolean, transB: boolean): Model {
  const value = (name: string, shape: readonly string[]): ValueInfo => ({ name, dtype: 'float32', shape });
  const attributes = { transA: Number(transA), transB: Number(transB) };
  return {
    irVersion: 9,
    opsets: new Map([['', TARGET_OPSET]]),
    metadata: {},
    graph: {
      name: 'product',
      nodes: [node('Gemm', ['a', 'b'], ['product'], attributes)],
      inputs: [
        value('a', transA ? ['inner', 'rows'] : ['rows', 'inner']),
        value('b', transB ? ['columns', 'inner'] : ['inner', 'columns']),
      ],
      outputs: [value('product', ['rows', 'columns'])],
      initializers: new Map(),
    },
  };
}
