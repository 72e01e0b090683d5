import { openEncoder } from '@espalier/data';
import { createOnnxEngine, type Forward } from '@espalier/engine';
import { encodeModel, type Model } from '@espalier/onnx';
import { costs, type WrittenNetwork } from '@espalier/search';
import type { Costs } from '@espalier/study';
import { encodeAll, onlyInputs, type Feeds } from '../backbone/inputs.js';
import { plainLook } from '../caching/look.js';
import type { Session } from '../study/session.js';
import { backboneOfNetwork, type Network } from './network.js';
import { untrainedNetwork, type Untrained } from './untrained.js';

/** Examples whose answers are timed, in turn. */
const EXAMPLES = 5;

/** Measures what a network costs as it would be written, before anything of it is trained. */
export async function measureNetwork(session: Session, network: Network): Promise<Costs> {
  const untrained = await untrainedNetwork(session, network);
  const feeds = await feedsOf(session, network, untrained);
  // It will be run by ONNX Runtime, whatever trains it.
  const engine = session.engine.name === 'onnxruntime' ? session.engine : createOnnxEngine();
  const forward = await engine.compileForward(untrained.model);
  try {
    return await measured(written(untrained.model, forward, feeds));
  } finally {
    await forward.dispose();
  }
}

async function measured(network: WrittenNetwork): Promise<Costs> {
  const found: Record<string, number> = {};
  for (const [name, cost] of costs.entries())
    if (cost.of === 'network') found[name] = await cost.measure(network);
  return found;
}

/** The costs of a model that are the same however often they are measured. */
export async function exactCosts(model: Model): Promise<Costs> {
  const network: WrittenNetwork = {
    bytes: () => encodeModel(model).byteLength,
    answer: () => Promise.reject(new RangeError('an exact cost needs no answer')),
  };
  const found: Record<string, number> = {};
  for (const [name, cost] of costs.entries())
    if (cost.of === 'network' && cost.exact === true) found[name] = await cost.measure(network);
  return found;
}

function written(model: Model, forward: Forward, feeds: readonly Feeds[]): WrittenNetwork {
  let next = 0;
  return {
    bytes: () => encodeModel(model).byteLength,
    answer: async () => void (await forward.run(feeds[next++ % feeds.length] as Feeds)),
  };
}

/** A batch of one example each. */
async function feedsOf(
  { data, candidate }: Session,
  network: Network,
  { model, card }: Untrained,
): Promise<Feeds[]> {
  const backbone = backboneOfNetwork(network);
  const assets = backbone === null ? {} : candidate(backbone).prepared.loaded.assets;
  const encoder = await openEncoder(card.preprocessing, model.graph.inputs[0]?.name ?? '', assets);
  const looked = data.splits.train.slice(0, EXAMPLES).map((example) => plainLook(data.modality, example));
  const feeds: Feeds[] = [];
  for (const one of looked) {
    const bucket = encoder.bucketOf(one.example);
    feeds.push(onlyInputs(model, await encodeAll(encoder, [one], bucket)));
  }
  return feeds;
}
