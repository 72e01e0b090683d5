import { at, describeNode, fromFront, int64, numbersOf, stringAttribute } from '@espalier/onnx';
import { AutodiffError } from '../../errors.js';
import { addRows } from '../indexing/addRows.js';
import type { Rule, RuleContext } from '../rule.js';

/** Constant places are cropped; copies of other places are added to those. */
export const pad: Rule = (c) => {
  const mode = stringAttribute(c.node, 'mode', 'constant');
  const padded = paddedAxes(c);
  if (mode === 'constant') {
    const pads = c.dims(c.x).flatMap(() => [0, 0]);
    for (const { axis, before, behind } of padded) {
      pads[axis] = -before;
      pads[axis + pads.length / 2] = -behind;
    }
    return c.pad(c.dy, pads);
  }
  return padded.reduce((dy, { axis, length, before, behind }) => {
    if (before === 0 && behind === 0) return dy;
    const source = sourceOf(mode, length);
    const sources = Array.from({ length: before + length + behind }, (_, place) => source(place - before));
    return addRows(c, dy, axis, length, c.constant(int64(sources, [sources.length, 1]), 'indices'));
  }, c.dy);
};

interface PaddedAxis {
  readonly axis: number;
  readonly length: number;
  readonly before: number;
  readonly behind: number;
}

function paddedAxes(c: RuleContext): PaddedAxis[] {
  const dims = c.dims(c.x);
  const [pads, named] = [c.known(1), c.known(3)];
  if (pads === null)
    throw new AutodiffError(`${describeNode(c.node)} has a pad width that the graph computes`);
  const amounts = numbersOf(pads);
  const axes = named === null ? [...dims.keys()] : numbersOf(named);
  return axes.map((given, i) => {
    const axis = fromFront(given, dims.length);
    return { axis, length: at(dims, axis), before: at(amounts, i), behind: at(amounts, i + axes.length) };
  });
}

/** Finds the place that one of a padded axis, which may be before 0 or behind the end, was copied from. */
function sourceOf(mode: string, length: number): (place: number) => number {
  const modulo = (value: number, by: number): number => ((value % by) + by) % by;
  switch (mode) {
    case 'edge':
      return (place) => Math.min(Math.max(place, 0), length - 1);
    case 'wrap':
      return (place) => modulo(place, length);
    // A mirror at each end, whose own place is not repeated.
    case 'reflect':
      return (place) => {
        if (length === 1) return 0;
        const folded = modulo(place, 2 * (length - 1));
        return folded < length ? folded : 2 * (length - 1) - folded;
      };
    default:
      throw new AutodiffError(`the mode '${mode}' of Pad has no gradient rule`);
  }
}
