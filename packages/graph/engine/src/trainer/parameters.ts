import {
  layoutDims,
  stateName,
  toModelLayout,
  toStepLayout,
  type StepFacts,
  type TrainingParameter,
} from '@espalier/autodiff';
import { float32, floatsOf, sizeOf, type Tensor } from '@espalier/onnx';
import { EngineError } from '../errors.js';
import type { Variables } from './backend.js';

/** A parameter, or a tensor that the optimizer keeps for it. */
export interface ParameterPart {
  readonly key: string;
  readonly parameter: TrainingParameter;
  readonly isState: boolean;
}

/** All parts as a saved state names them: each parameter before its optimizer state. */
export const partsOf = ({
  parameters,
  optimizer,
}: Pick<StepFacts, 'parameters' | 'optimizer'>): ParameterPart[] =>
  parameters.flatMap((parameter) => [
    { key: parameter.name, parameter, isState: false },
    ...optimizer.state.map((state) => ({ key: stateName(parameter.name, state), parameter, isState: true })),
  ]);

/** Shapes of all parts in an engine's variables. */
export const shapesOf = (facts: Parameters<typeof partsOf>[0]): Map<string, readonly number[]> =>
  new Map(partsOf(facts).map(({ key, parameter }) => [key, parameter.stepDims]));

/** Number of values of a part, of one head where there are several. */
export const lengthOf = ({ parameter }: ParameterPart): number => sizeOf(parameter.dims);

/**
 * Copies parts out of an engine's variables, in the model's layout.
 *
 * @param slot which of the heads that stand side by side in the variables
 */
export const takeParts = (
  variables: Variables,
  parts: readonly ParameterPart[],
  slot = 0,
): Map<string, Tensor> =>
  new Map(
    parts.map((part) => {
      const { dims, layout } = part.parameter;
      const length = lengthOf(part);
      const values = variables.read(part.key, slot * length, length);
      if (layout === null) return [part.key, float32(dims, values)];
      return [part.key, toModelLayout(layout, float32(layoutDims(layout, dims), values))];
    }),
  );

/**
 * Values of parts, which are given in the model's layout, as an engine's variables hold them.
 *
 * @throws EngineError where one is missing or has another shape
 */
export const valuesOf = (
  parts: readonly ParameterPart[],
  tensors: ReadonlyMap<string, Tensor>,
): Map<string, Float32Array> =>
  new Map(
    parts.map(({ key, parameter: { dims, layout } }) => {
      const tensor = requireShape(key, dims, tensors.get(key));
      return [key, floatsOf(layout === null ? tensor : toStepLayout(layout, tensor))];
    }),
  );

/** Copies values into an engine's variables. */
export function putValues(variables: Variables, values: ReadonlyMap<string, Float32Array>, slot = 0): void {
  for (const [key, given] of values) variables.write(key, slot * given.length, given);
}

/** Zeros for parts, such as the state of an optimizer that begins. */
export const zerosOf = (parts: readonly ParameterPart[]): Map<string, Float32Array> =>
  new Map(parts.map((part) => [part.key, new Float32Array(lengthOf(part))]));

function requireShape(key: string, dims: readonly number[], given: Tensor | undefined): Tensor {
  if (given !== undefined && given.dims.join() === dims.join()) return given;
  throw new EngineError(`'${key}' must be given as [${dims}], got ${given ? `[${given.dims}]` : 'none'}`);
}
