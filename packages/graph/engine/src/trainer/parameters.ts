import {
  stateName,
  toModelLayout,
  toStepLayout,
  type StepFacts,
  type TrainingParameter,
} from '@espalier/autodiff';
import { float32, floatsOf, type Tensor } from '@espalier/onnx';
import { EngineError } from '../errors.js';
import type { Variables } from './backend.js';

/** A parameter, or a tensor that the optimizer keeps for it. */
export interface ParameterPart {
  readonly key: string;
  readonly parameter: TrainingParameter;
  readonly isState: boolean;
}

/** All parts as a saved state names them: each parameter before its optimizer state. */
export const partsOf = ({ parameters, optimizer }: StepFacts): ParameterPart[] =>
  parameters.flatMap((parameter) => [
    { key: parameter.name, parameter, isState: false },
    ...optimizer.state.map((state) => ({ key: stateName(parameter.name, state), parameter, isState: true })),
  ]);

/** Copies parts out of an engine's variables, in the model's layout. */
export const takeParts = (variables: Variables, parts: readonly ParameterPart[]): Map<string, Tensor> =>
  new Map(
    parts.map(({ key, parameter: { stepDims, layout } }) => {
      const tensor = float32(stepDims, variables.read(key));
      return [key, layout === null ? tensor : toModelLayout(layout, tensor)];
    }),
  );

/**
 * Copies parts, which are in the model's layout, into an engine's variables.
 *
 * @throws EngineError where one is missing or has another shape; then none is copied
 */
export function putParts(
  variables: Variables,
  parts: readonly ParameterPart[],
  tensors: ReadonlyMap<string, Tensor>,
): void {
  const given = parts.map(({ key, parameter: { dims, layout } }) => {
    const tensor = requireShape(key, dims, tensors.get(key));
    return [key, floatsOf(layout === null ? tensor : toStepLayout(layout, tensor))] as const;
  });
  for (const [key, values] of given) variables.write(key, values);
}

function requireShape(key: string, dims: readonly number[], given: Tensor | undefined): Tensor {
  if (given !== undefined && given.dims.join() === dims.join()) return given;
  throw new EngineError(`'${key}' must be given as [${dims}], got ${given ? `[${given.dims}]` : 'none'}`);
}
