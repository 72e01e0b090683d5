import { at, intAttribute, stringAttribute } from '@espalier/onnx';
import { planesOf } from '../../graph/dims.js';
import type { Rule } from '../rule.js';

/** Pixels of a block go back to channels, in the order in which they came from there. */
export const depthToSpace: Rule = (c) => {
  const block = intAttribute(c.node, 'blocksize', 1);
  const { batch, channels, places } = planesOf(c.dims(c.x));
  const left = channels / (block * block);
  const apart = c.reshape(c.dy, [batch, left, at(places, 0), block, at(places, 1), block]);
  const columnsFirst = stringAttribute(c.node, 'mode', 'DCR') === 'CRD';
  const perm = columnsFirst ? [0, 1, 3, 5, 2, 4] : [0, 3, 5, 1, 2, 4];
  return c.reshape(c.transpose(apart, perm), c.dims(c.x));
};

export const spaceToDepth: Rule = (c) =>
  c.emit('DepthToSpace', [c.dy], c.dims(c.x), { blocksize: intAttribute(c.node, 'blocksize', 1) });
