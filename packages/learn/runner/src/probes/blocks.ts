import { summarise, type Model, type Statistic } from '@espalier/onnx';
import { cutAt, prefixOf, type PreparedBackbone } from '../backbone/backbone.js';
import { maskInputOf } from '../backbone/features.js';

/** One vector an example, read off a network at one depth. */
export interface Block {
  readonly depth: number;
  readonly statistic: Statistic;
  /** Name of the tensor [batch, width] in the graph of {@link Summarised}. */
  readonly tensor: string;
  readonly width: number;
}

/** The frozen part of a network that ends in vectors of several depths. */
export interface Summarised {
  readonly model: Model;
  readonly blocks: readonly Block[];
}

/** Summarises the activations at some depths: those of the deepest are the features as the head reads them. */
export function summariseDepths(prepared: PreparedBackbone, depths: readonly number[]): Summarised {
  const prefix = prefixOf(prepared, depths);
  const mask = maskInputOf(prepared.loaded);
  const parts = depths.map((depth) => {
    const cut = cutAt(prepared, depth);
    const dims = prepared.tensors.get(cut)?.dims as readonly number[];
    const part = summarise(cut, dims, `summary_${depth}`, mask);
    return { ...part, blocks: part.summaries.map((summary): Block => ({ depth, ...summary })) };
  });
  const nodes = [...prefix.graph.nodes, ...parts.flatMap((part) => part.nodes)];
  const initializers = new Map([...prefix.graph.initializers, ...parts.flatMap((part) => part.initializers)]);
  const blocks = parts.flatMap((part) => part.blocks);
  const outputs = blocks.map(({ tensor, width }) => ({
    name: tensor,
    dtype: 'float32' as const,
    shape: ['batch', width],
  }));
  const graph = { ...prefix.graph, nodes, initializers, outputs };
  const inputs = withMask(prepared, graph.inputs, mask);
  return { model: { ...prefix, graph: { ...graph, inputs } }, blocks };
}

/** The summary of the activation at one depth alone, from that activation. */
export function summaryAt(prepared: PreparedBackbone, depth: number): Summarised {
  const { model, blocks } = summariseDepths(prepared, [depth]);
  const prefix = prefixOf(prepared, [depth]);
  const mask = maskInputOf(prepared.loaded);
  const before = new Set(prefix.graph.nodes.flatMap(({ outputs }) => outputs));
  const nodes = model.graph.nodes.filter(({ outputs }) => !outputs.some((name) => before.has(name)));
  const read = new Set(nodes.flatMap(({ inputs }) => inputs));
  const masks = model.graph.inputs.filter(({ name }) => name === mask && read.has(name));
  const graph = {
    ...model.graph,
    nodes,
    inputs: [...prefix.graph.outputs, ...masks],
    initializers: new Map([...model.graph.initializers].filter(([name]) => read.has(name))),
  };
  return { model: { ...model, graph }, blocks };
}

/** The mask is an input of the summaries even where the frozen part does not read it. */
function withMask(
  { model }: PreparedBackbone,
  inputs: Model['graph']['inputs'],
  mask: string | null,
): Model['graph']['inputs'] {
  if (mask === null || inputs.some(({ name }) => name === mask)) return inputs;
  return [...inputs, ...model.graph.inputs.filter(({ name }) => name === mask)];
}
