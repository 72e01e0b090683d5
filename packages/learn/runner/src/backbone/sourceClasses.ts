import {
  extractModel,
  findFeatures,
  isOperator,
  isPublishedCount,
  producersOf,
  type Model,
  type Trace,
} from '@espalier/onnx';

/** The classifier that a network came with, behind its features; or why it has none that can be read. */
export type SourceClasses =
  | {
      readonly kind: 'classifier';
      /** From the features [batch, ...dims] to scores [batch, classes], in whatever shape. */
      readonly model: Model;
      readonly features: string;
      /** Shape of the features of one example. */
      readonly dims: readonly number[];
      readonly output: string;
      readonly classes: number;
      /** Whether the scores are probabilities already, and not logits. */
      readonly shares: boolean;
    }
  | { readonly kind: 'none'; readonly why: string };

const none = (why: string): SourceClasses => ({ kind: 'none', why });

const sizeOf = (dims: readonly number[]): number => dims.reduce((a, b) => a * b, 1);

/**
 * Finds the classifier behind a network's features. Only what is known to give classes of which one holds counts: a
 * softmax at its end, or as many scores as a published set has classes. A projection or labels that hold together look
 * alike otherwise.
 *
 * @param whole the network with its own head
 * @param tensors names of its features
 */
export function sourceClassesOf(whole: Model, trace: Trace, tensors: readonly string[]): SourceClasses {
  const found = findFeatures(trace.model, trace.tensors);
  const [read] = found.tensors;
  const [features = ''] = tensors;
  if (found.place !== 'before the head' || read === undefined) {
    return none('its file has no classifier of its own behind its features');
  }
  if (tensors.length !== 1 || unshaped(whole, read) !== unshaped(whole, features)) {
    return none('its features are not what its own classifier reads');
  }
  const output = whole.graph.outputs[0]?.name ?? '';
  const dims = (trace.tensors.get(features)?.dims ?? []).slice(1);
  if (dims.filter((dim) => dim > 1).length > 1) {
    return none('its own classifier reads each place of its features, of which the mean is kept');
  }
  const model = extractModel(whole, [features], [output], trace.tensors);
  const classes = sizeOf((trace.tensors.get(output)?.dims ?? []).slice(1));
  const shares = isSoftmax(model, unshaped(model, output));
  if (!shares && !isPublishedCount(classes)) {
    return none(`its file does not say whether its ${classes} outputs are classes of which one holds`);
  }
  return { kind: 'classifier', model, features, dims, output, classes, shares };
}

/** The tensor whose numbers another one has in another shape. */
function unshaped({ graph }: Model, tensor: string): string {
  const producers = producersOf(graph.nodes);
  let name = tensor;
  for (;;) {
    const node = producers.get(name);
    const [data] = node?.inputs ?? [];
    if (node === undefined || data === undefined || !isOperator(node, ...RESHAPING)) return name;
    name = data;
  }
}

const RESHAPING = ['Reshape', 'Squeeze', 'Flatten', 'Unsqueeze', 'Identity'] as const;

const isSoftmax = ({ graph }: Model, tensor: string): boolean =>
  graph.nodes.some((node) => node.outputs.includes(tensor) && isOperator(node, 'Softmax'));
