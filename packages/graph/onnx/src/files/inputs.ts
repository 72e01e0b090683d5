import { readModel } from './read.js';

/** An input that a model file declares. */
export interface DeclaredInput {
  readonly name: string;
  readonly dtype: string;
  /** A number, or the name of a symbolic dimension. */
  readonly shape: readonly (number | string)[];
}

/** Reads the declared inputs of a model file, after validating it. @throws OnnxError */
export async function inspectInputs(modelPath: string): Promise<readonly DeclaredInput[]> {
  const { graph } = await readModel(modelPath);
  return graph.inputs
    .filter(({ name }) => !graph.initializers.has(name))
    .map(({ name, dtype, shape }) => ({
      name,
      dtype: dtype ?? 'float32',
      shape: (shape ?? []).map((dim, axis) => dim ?? `axis_${axis}`),
    }));
}
