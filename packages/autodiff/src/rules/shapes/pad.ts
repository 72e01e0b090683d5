import { int64, numbersOf, stringAttribute } from '@espalier/onnx';
import { AutodiffError } from '../errors.js';
import type { Rule, RuleContext } from '../rule.js';
import { scattered } from './shape.js';

export const pad: Rule = (c) => {
  const mode = stringAttribute(c.node, 'mode', 'constant');
  const pads = c.constant(1);
  if (pads === null) throw new AutodiffError(`Pad '${c.node.name}' adds a computed number of places`);
  const from = c.dims(0);
  const amounts = numbersOf(pads);
  const named = c.constant(3);
  const axes =
    named === null ? from.map((_, axis) => axis) : numbersOf(named).map((a) => (a < 0 ? a + from.length : a));
  if (mode !== 'constant') {
    const copied = axes.map((axis, i) => ({
      axis,
      sources: sourcesOf(
        mode,
        from[axis] as number,
        amounts[i] as number,
        amounts[i + axes.length] as number,
      ),
    }));
    return [
      copied.reduce((dy, { axis, sources }) => takenBack(c, dy, axis, from[axis] as number, sources), c.dy),
    ];
  }
  // Undone by the opposite padding, which crops.
  const opposite = Array.from({ length: 2 * from.length }, () => 0);
  axes.forEach((axis, i) => {
    opposite[axis] = -(amounts[i] as number);
    opposite[axis + from.length] = -(amounts[i + axes.length] as number);
  });
  return [c.b.pad(c.dy, opposite)];
};

/** For each place of a padded axis, the place that it was copied from. */
function sourcesOf(mode: string, length: number, before: number, behind: number): number[] {
  const modulo = (value: number, by: number): number => ((value % by) + by) % by;
  const sources: Readonly<Record<string, (at: number) => number>> = {
    edge: (at) => Math.min(Math.max(at, 0), length - 1),
    wrap: (at) => modulo(at, length),
    // A mirror at each end, whose own place is not repeated.
    reflect: (at) => {
      if (length === 1) return 0;
      const folded = modulo(at, 2 * (length - 1));
      return folded < length ? folded : 2 * (length - 1) - folded;
    },
  };
  const source = sources[mode];
  if (source === undefined) throw new AutodiffError(`Pad has no mode '${mode}'`);
  return Array.from({ length: before + length + behind }, (_, at) => source(at - before));
}

/** Adds each slice along an axis to the place it was taken from; an axis that was only kept is left alone. */
function takenBack(
  c: RuleContext,
  dy: string,
  axis: number,
  length: number,
  sources: readonly number[],
): string {
  if (sources.length === length && sources.every((source, at) => source === at)) return dy;
  return scattered(c, dy, axis, length, c.b.constant(int64(sources, [sources.length, 1]), 'indices'));
}
