import { crossEntropyTargets, stateName } from '@espalier/autodiff';
import { noise } from '@espalier/conformance/architectures';
import { describe, expect, it } from 'vitest';
import { readGolden, readNetwork, trainNetwork } from './network.js';
import { relativeError } from './sketch.js';

const networks = [
  'resnet18',
  'mobilenet_v2',
  'mobilenet_v3_small',
  'efficientnet_b0',
  'inception_v3',
  'squeezenet1_1',
  'vgg11',
];

describe('gradients of whole networks against PyTorch in double precision', () => {
  it.each(networks)('%s', async (name) => {
    const golden = await readGolden(name);
    const model = await readNetwork(name);
    const batch = golden.labels.length;
    const classes = golden.classWeights.length;
    const trainer = await trainNetwork(model, {
      batch,
      dims: [3, golden.size, golden.size],
      outputs: classes,
    });
    const { loss } = await trainer.step({
      examples: { image: noise('image', batch * 3 * golden.size ** 2) },
      targets: crossEntropyTargets(golden.labels, batch, { classes, ...golden }),
      rates: [0],
      weightDecay: 0,
    });
    expect(Math.abs(loss - golden.loss) / golden.loss).toBeLessThan(1e-5);
    // After one step from zero the velocity is the gradient.
    const { tensors } = trainer.save();
    const errors = Object.entries(golden.gradients).map(([parameter, sketch]) => {
      const gradient = tensors.get(stateName(parameter, 'velocity'))?.data as Float32Array;
      return { parameter, error: relativeError(parameter, gradient, sketch) };
    });
    expect(errors.filter(({ error }) => !(error < 1e-3))).toEqual([]);
    await trainer.dispose();
  });
});
