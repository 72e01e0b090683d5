import { growingInitializers } from '../../graph/constants.js';
import { standardOpset, type GraphNode, type Model } from '../../graph/model.js';
import { biasGelu, fastGelu, gelu, quickGelu } from './activations.js';
import { attention, fusedMatMul, multiHeadAttention, rotaryEmbedding } from './attention.js';
import { expandNode, type Expansion } from './emitter.js';
import {
  embedLayerNormalization,
  groupNormalization,
  simplifiedLayerNormalization,
  skipLayerNormalization,
  skipSimplifiedLayerNormalization,
} from './normalizations.js';
import { boolsIn, rankIn } from './ranks.js';
import {
  celu,
  localResponse,
  lpNormalization,
  mish,
  rmsNormalization,
  shrink,
  standardAttention,
  standardRotaryEmbedding,
  swish,
  thresholdedRelu,
} from './standard.js';

/** Operators that stand for several others, by domain and name; none of them has a gradient of its own. */
const expansions = new Map<string, Expansion>(
  Object.entries({
    ' Attention': standardAttention,
    ' Celu': celu,
    ' Gelu': gelu,
    ' GroupNormalization': groupNormalization,
    ' LRN': localResponse,
    ' LpNormalization': lpNormalization,
    ' Mish': mish,
    ' RMSNormalization': rmsNormalization,
    ' RotaryEmbedding': standardRotaryEmbedding,
    ' Shrink': shrink,
    ' SimplifiedLayerNormalization': simplifiedLayerNormalization,
    ' Swish': swish,
    ' ThresholdedRelu': thresholdedRelu,
    'com.microsoft Attention': attention,
    'com.microsoft BiasGelu': biasGelu,
    'com.microsoft EmbedLayerNormalization': embedLayerNormalization,
    'com.microsoft FastGelu': fastGelu,
    'com.microsoft FusedMatMul': fusedMatMul,
    'com.microsoft Gelu': gelu,
    'com.microsoft MultiHeadAttention': multiHeadAttention,
    'com.microsoft QuickGelu': quickGelu,
    'com.microsoft RotaryEmbedding': rotaryEmbedding,
    'com.microsoft SimplifiedLayerNormalization': simplifiedLayerNormalization,
    'com.microsoft SkipLayerNormalization': skipLayerNormalization,
    'com.microsoft SkipSimplifiedLayerNormalization': skipSimplifiedLayerNormalization,
  }),
);

/**
 * Replaces fused operators by the standard ones they stand for, which can be cut and trained.
 */
export function expandModel(model: Model): Model {
  const { graph } = model;
  const { initializers, constant } = growingInitializers(graph);
  const facts = { rankOf: rankIn(graph), isBool: boolsIn(graph), opset: standardOpset(model) };
  const nodes = graph.nodes.flatMap((node): GraphNode[] => {
    const expansion = expansions.get(`${node.domain} ${node.opType}`);
    return expansion === undefined ? [node] : expandNode(node, expansion, constant, facts);
  });
  return { ...model, graph: { ...graph, nodes, initializers } };
}
