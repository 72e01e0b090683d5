import { prepareBackbone, type PreparedBackbone } from '@espalier/runner';
import { standardOpset, readModel } from '@espalier/onnx';
import { defaultCacheFolder, findBackbone } from '@espalier/sdk';
import { tableOf } from '../view/textTable.js';
import { reportTransfer } from '../view/transfer.js';
import { writeLine } from '../view/view.js';
import type { Define } from './declare.js';

export const defineInspect: Define = (command, finish) =>
  command
    .option('--json', 'print one JSON object')
    .action(async (reference: string, options: { readonly json?: boolean }) => {
      const backbone = await findBackbone(reference, { onTransfer: reportTransfer });
      const prepared = await prepareBackbone(backbone, defaultCacheFolder());
      const original = await readModel(prepared.loaded.modelPath);
      const facts = factsOf(prepared, standardOpset(original));
      writeLine(process.stdout, options.json === true ? JSON.stringify(facts) : textOf(facts));
      finish(0);
    });

type Facts = ReturnType<typeof factsOf>;

function factsOf(prepared: PreparedBackbone, opset: number) {
  const { backbone, loaded, stages, model } = prepared;
  const operators = new Map<string, number>();
  for (const { opType } of model.graph.nodes) operators.set(opType, (operators.get(opType) ?? 0) + 1);
  return {
    id: backbone.id,
    file: loaded.modelPath,
    opset,
    licence: backbone.licence,
    notes: loaded.notes,
    input: { ...prepared.input, dims: ['batch', ...prepared.input.dims] },
    preprocessing: loaded.preprocessing,
    features: { tensor: prepared.features, width: prepared.width },
    parameters: prepared.parameterCount,
    stages: stages.map((stage, i) => ({
      freezeDepth: i + 1,
      output: stage.output,
      shape: prepared.tensors.get(stage.output)?.dims.slice(1) ?? [],
      parameters: stage.parameterCount,
    })),
    operators: Object.fromEntries([...operators].sort(([, a], [, b]) => b - a)),
    withoutRule: prepared.unsupported,
    freezeDepths: prepared.freezeDepths,
  };
}

const counted = (count: number): string => count.toLocaleString('en');

function textOf(facts: Facts): string {
  const table = tableOf(['>freeze depth', 'ends at', 'shape', '>parameters', '>trained above']);
  let left = facts.parameters;
  for (const { freezeDepth, output, shape, parameters } of facts.stages) {
    left -= parameters;
    table.push([freezeDepth, output, shape.join(' x '), counted(parameters), counted(Math.max(0, left))]);
  }
  const operators = Object.entries(facts.operators).map(([name, count]) => `${name} ${count}`);
  const blocked = facts.withoutRule.map(
    ({ node, stage }) =>
      `  ${node}, in stage ${stage}: freeze at least ${stage} ${stage === 1 ? 'stage' : 'stages'}`,
  );
  return [
    `${facts.id}  (${facts.file})`,
    `operator set ${facts.opset}, licence ${facts.licence.spdx} (commercial use ${facts.licence.commercialUse})`,
    ...facts.notes.map((note) => `note: ${note}`),
    `input ${facts.input.name} [${facts.input.dims.join(', ')}]`,
    `features ${facts.features.tensor}, ${facts.features.width} numbers per example`,
    `${counted(facts.parameters)} parameters in ${facts.stages.length} stages`,
    table.toString(),
    `operators: ${operators.join(', ')}`,
    ...(blocked.length > 0
      ? ['operators without a gradient rule:', ...blocked]
      : ['every operator can be trained']),
    `freeze depths that can be trained: ${facts.freezeDepths[0]} to ${facts.freezeDepths.at(-1)}`,
  ].join('\n');
}
