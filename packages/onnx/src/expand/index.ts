import { growingInitializers } from '../constants.js';
import { type GraphNode, type Model } from '../model.js';
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
import { rankIn } from './ranks.js';

/** Operators that optimisers fuse, by domain and name; none of them has a gradient of its own. */
const expansions = new Map<string, Expansion>(
  Object.entries({
    ' Gelu': gelu,
    ' GroupNormalization': groupNormalization,
    ' SimplifiedLayerNormalization': simplifiedLayerNormalization,
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
  const rankOf = rankIn(graph);
  const nodes = graph.nodes.flatMap((node): GraphNode[] => {
    const expansion = expansions.get(`${node.domain} ${node.opType}`);
    return expansion === undefined ? [node] : expandNode(node, expansion, constant, rankOf);
  });
  return { ...model, graph: { ...graph, nodes, initializers } };
}
