import { OnnxError } from '../errors.js';
import { describeNode, type Model } from '../graph/model.js';
import { readsOf, sortNodes } from '../graph/topology.js';

/** Operator sets of the standard domain that can be read; older files used other broadcasting rules. */
export const OLDEST_OPSET = 7;
export const NEWEST_OPSET = 24;

/** Checks what every later step relies on; the first thing that is wrong is thrown by name. */
export function validateModel(model: Model, where: string): void {
  checkOpset(model, where);
  const { graph } = model;
  if (graph.outputs.length === 0) throw new OnnxError(`${where} declares no output`);
  const known = new Set(graph.initializers.keys());
  for (const { name } of graph.inputs) known.add(name);
  for (const node of graph.nodes) {
    for (const output of node.outputs) {
      if (output === '') continue;
      if (known.has(output)) {
        throw new OnnxError(`${where}: tensor '${output}' is produced twice, again by ${describeNode(node)}`);
      }
      known.add(output);
    }
  }
  for (const node of graph.nodes) {
    for (const name of readsOf(node)) {
      if (!known.has(name)) {
        throw new OnnxError(
          `${where}: ${describeNode(node)} reads '${name}', which is neither an input, an initializer nor the output of a node; the file is damaged`,
        );
      }
    }
  }
  for (const { name } of graph.outputs) {
    if (!known.has(name)) throw new OnnxError(`${where}: nothing produces the output '${name}'`);
  }
  sortNodes(graph.nodes, where);
}

function checkOpset(model: Model, where: string): void {
  const opset = model.opsets.get('');
  if (opset === undefined) {
    throw new OnnxError(`${where} does not declare its operator set; export the model again`);
  }
  if (opset < OLDEST_OPSET || opset > NEWEST_OPSET) {
    throw new OnnxError(
      `${where} uses operator set ${opset}; ${OLDEST_OPSET} to ${NEWEST_OPSET} are supported: export it with opset 18`,
    );
  }
}
