import { createSession, runSession } from '@espalier/onnx';
import type { PreparedBackbone } from './backbone.js';
import { StudyError } from '../errors.js';
import { noiseFeeds, onlyInputs } from './inputs.js';

const ROWS = 2;

/**
 * Runs a backbone once on noise, and looks at its features: a network of somebody else's may load and
 * give nothing that a head could be trained on.
 *
 * @throws StudyError where they are no finite numbers; OnnxError where it does not run
 */
export async function requireFiniteFeatures({
  backbone,
  model,
  encoder,
}: Pick<PreparedBackbone, 'backbone' | 'model' | 'encoder'>): Promise<void> {
  const feeds = onlyInputs(model, noiseFeeds(encoder, 0, ROWS, 'finite'));
  const session = await createSession(model);
  try {
    const features = (await runSession(session, feeds))[model.graph.outputs[0]?.name as string];
    if ((features?.data as Float32Array).every(Number.isFinite)) return;
    throw new StudyError(`backbone ${backbone.id} gives features that are no finite numbers`);
  } finally {
    await session.release();
  }
}
