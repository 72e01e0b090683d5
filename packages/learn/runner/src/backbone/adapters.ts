import { sha256Of } from '@espalier/base/files';
import { adaptableWeights, addAdapters } from '@espalier/onnx';
import type { PreparedBackbone } from './backbone.js';

/** A backbone whose stages learn changes of low rank in place of their weights; as it is for a rank of 0. */
export function adaptedBackbone(prepared: PreparedBackbone, rank: number): PreparedBackbone {
  if (rank === 0) return prepared;
  const possible = adaptableWeights(prepared.model.graph);
  const names = prepared.stages.flatMap(({ parameters }) => parameters.filter((name) => possible.has(name)));
  const { model, adapters } = addAdapters(prepared.model, names, rank);
  const stages = prepared.stages.map((stage) => ({
    ...stage,
    parameters: stage.parameters.flatMap((name) => adapters.get(name) ?? []),
  }));
  return { ...prepared, model, stages, hash: sha256Of(prepared.hash, 'adapters', String(rank)) };
}
