import { sha256Of } from '@espalier/base/files';
import type { Attribute, Graph, GraphNode, Model } from '../graph/model.js';
import { bytesOfTensor, type Tensor } from '../graph/tensor.js';
import { sortNodes } from '../graph/topology.js';

/** Hashes of tensors by name, as one graph sees them. */
type Hashes = ReadonlyMap<string, string>;

/**
 * Hashes what the outputs of a model compute from its inputs: operators and their versions, attributes,
 * the contents of weights, and how all of them are connected (a Merkle tree over the graph).
 *
 * Inputs count by their role and outputs by their order. Names of tensors and nodes, the order of the
 * nodes, and whatever the outputs do not depend on make no difference. Equal hashes compute the same;
 * graphs that are written differently and compute the same may have different hashes.
 *
 * @param roleOf says what an input is for, the same for all that are fed alike; its place by default
 */
export function contentHash(
  { graph, opsets }: Model,
  roleOf: (input: string, place: number) => string = (_, place) => String(place),
): string {
  const given = graph.inputs.map(({ name }, place): [string, string] => [
    name,
    sha256Of('input', roleOf(name, place)),
  ]);
  return hashOfGraph(graph, new Map(given), opsets);
}

/** Hashes the outputs of a graph, whose inputs and surroundings have the hashes in `given`. */
function hashOfGraph(graph: Graph, given: Hashes, opsets: Model['opsets']): string {
  const hashes = new Map(given);
  for (const [name, tensor] of graph.initializers) {
    if (!graph.inputs.some((input) => input.name === name)) hashes.set(name, hashOfTensor(tensor));
  }
  for (const node of sortNodes(graph.nodes, graph.name)) {
    const hash = hashOfNode(node, hashes, opsets);
    node.outputs.forEach((name, place) => {
      if (name !== '') hashes.set(name, sha256Of('output', String(place), hash));
    });
  }
  return sha256Of('graph', ...graph.outputs.map(({ name }) => hashOf(hashes, name)));
}

/** An optional input that is left out has no name, and no hash. */
const hashOf = (hashes: Hashes, name: string): string =>
  name === '' ? '' : (hashes.get(name) ?? sha256Of('unknown', name));

const hashOfTensor = ({ dtype, dims, data }: Tensor): string =>
  sha256Of('tensor', dtype, dims.join(), bytesOfTensor({ dtype, dims, data }));

function hashOfNode(node: GraphNode, hashes: Hashes, opsets: Model['opsets']): string {
  const attributes = Object.entries(node.attributes)
    .sort(([a], [b]) => (a < b ? -1 : 1))
    .flatMap(([name, attribute]) => [name, hashOfAttribute(attribute, hashes, opsets)]);
  return sha256Of(
    'node',
    ...[node.domain, node.opType, String(opsets.get(node.domain) ?? ''), String(node.outputs.length)],
    String(node.inputs.length),
    ...node.inputs.map((name) => hashOf(hashes, name)),
    ...attributes,
  );
}

/** Numbers are hashed by their bits, so that NaN and -0 are themselves. */
function hashOfAttribute(attribute: Attribute, hashes: Hashes, opsets: Model['opsets']): string {
  const { kind } = attribute;
  switch (kind) {
    case 'float':
    case 'int':
      return sha256Of(kind, bytesOf([attribute.value]));
    case 'floats':
    case 'ints':
      return sha256Of(kind, bytesOf(attribute.value));
    case 'string':
      return sha256Of(kind, attribute.value);
    case 'strings':
      return sha256Of(kind, ...attribute.value);
    case 'tensor':
      return sha256Of(kind, hashOfTensor(attribute.value));
    case 'graph': {
      const { value } = attribute;
      const inputs = value.inputs.map(({ name }, place): [string, string] => [
        name,
        sha256Of('inner input', String(place)),
      ]);
      return sha256Of(kind, hashOfGraph(value, new Map([...hashes, ...inputs]), opsets));
    }
  }
}

const bytesOf = (values: readonly number[]): Uint8Array => new Uint8Array(Float64Array.from(values).buffer);
