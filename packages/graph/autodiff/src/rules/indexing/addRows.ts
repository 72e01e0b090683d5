import type { Writer } from '../../graph/algebra.js';

/**
 * Adds the slices of a gradient along an axis up, each at its place.
 *
 * @param indices their places as a column, each of 0 to length - 1
 */
export function addRows(c: Writer, dy: string, axis: number, length: number, indices: string): string {
  const others = c.dims(dy).flatMap((_, i) => (i === axis ? [] : [i]));
  const toFront = [axis, ...others];
  const rows = axis === 0 ? dy : c.transpose(dy, toFront);
  const dims = [length, ...c.dims(rows).slice(1)];
  const summed = c.emit('ScatterND', [c.zeros(dims), indices, rows], dims, { reduction: 'add' });
  if (axis === 0) return summed;
  return c.transpose(
    summed,
    toFront.map((_, i) => toFront.indexOf(i)),
  );
}
