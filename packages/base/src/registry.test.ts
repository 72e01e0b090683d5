import { describe, expect, it } from 'vitest';
import { registry } from './index.js';

class ShapeError extends Error {}
const shapes = () =>
  registry<{ readonly corners: number }>('shape', ShapeError).of({
    square: { corners: 4, side: 1 },
    triangle: { corners: 3 },
  });

describe('a registry', () => {
  it('gives entries by name, each with its own type', () => {
    const known = shapes();
    expect(known.names).toEqual(['square', 'triangle']);
    expect(known.get('square').side).toBe(1);
    expect(known.entries().map(([name, { corners }]) => `${name} ${corners}`)).toEqual([
      'square 4',
      'triangle 3',
    ]);
  });

  it('says which names there are where one is none', () => {
    expect(() => shapes().get('circle')).toThrow(ShapeError);
    expect(() => shapes().get('circle')).toThrow(
      'There is no shape called circle, choose one of square, triangle',
    );
    // Names of the language are no entries.
    expect(shapes().has('constructor')).toBe(false);
  });

  it('takes entries of plugins, and gives them up again', () => {
    const known = shapes();
    const remove = known.register('pentagon', { corners: 5 });
    expect(known.known()).toEqual(['square', 'triangle', 'pentagon']);
    expect(known.get('pentagon').corners).toBe(5);
    expect(() => known.register('square', { corners: 4 })).toThrow('There is already a shape called square');
    remove();
    expect(known.has('pentagon')).toBe(false);
  });
});
