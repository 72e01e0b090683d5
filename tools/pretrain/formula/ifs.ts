import type { Random } from '@espalier/base/random';
import { between, jittered } from '../draw.js';

/** (x, y) to (a x + b y + e, c x + d y + f). */
export interface AffineMap {
  readonly a: number;
  readonly b: number;
  readonly c: number;
  readonly d: number;
  readonly e: number;
  readonly f: number;
}

/** An iterated function system (Barnsley, 1988). */
export type Ifs = readonly AffineMap[];

/**
 * A random system of two to six contractions whose attractor is neither a speck nor a solid patch.
 *
 * As FractalDB (Kataoka et al., 2020), but each map is drawn by its singular values, so that it
 * contracts (Anderson & Farrell, "Improving Fractal Pre-training", 2022).
 */
export function drawIfs(random: Random): Ifs {
  for (;;) {
    const maps = Array.from({ length: 2 + random.integer(5) }, () => drawMap(random));
    const filled = fillingRate(orbit(maps, 1500, random));
    if (filled > 0.08 && filled < 0.5) return maps;
  }
}

function drawMap(random: Random): AffineMap {
  const [first, second] = [between(random, 0.25, 0.85), between(random, 0.1, 0.8)];
  const [turn, twist] = [between(random, 0, 2 * Math.PI), between(random, 0, 2 * Math.PI)];
  const mirror = random.uniform() < 0.5 ? -1 : 1;
  const [ct, st, cw, sw] = [Math.cos(turn), Math.sin(turn), Math.cos(twist), Math.sin(twist)];
  return {
    a: first * ct * cw - mirror * second * st * sw,
    b: -first * ct * sw - mirror * second * st * cw,
    c: first * st * cw + mirror * second * ct * sw,
    d: -first * st * sw + mirror * second * ct * cw,
    e: between(random, -1, 1),
    f: between(random, -1, 1),
  };
}

/** The same system with each number off by a few per cent: another instance of its class. */
export function varyIfs(ifs: Ifs, random: Random): Ifs {
  return ifs.map(({ a, b, c, d, e, f }) => ({
    a: jittered(random, a),
    b: jittered(random, b),
    c: jittered(random, c),
    d: jittered(random, d),
    e: jittered(random, e),
    f: jittered(random, f),
  }));
}

/** Points x, y, x, y, ... of the chaos game; maps are chosen by area, as FractalDB does. */
export function orbit(ifs: Ifs, count: number, random: Random): Float32Array {
  const areas = ifs.map(({ a, b, c, d }) => Math.abs(a * d - b * c) + 0.02);
  const total = areas.reduce((sum, area) => sum + area, 0);
  let reached = 0;
  const bounds = areas.map((area) => (reached += area / total));
  const points = new Float32Array(2 * count);
  let [x, y] = [0, 0];
  for (let i = -20; i < count; i++) {
    const u = random.uniform();
    let chosen = 0;
    while (chosen < ifs.length - 1 && u > (bounds[chosen] as number)) chosen++;
    const { a, b, c, d, e, f } = ifs[chosen] as AffineMap;
    [x, y] = [a * x + b * y + e, c * x + d * y + f];
    if (i < 0) continue;
    points[2 * i] = x;
    points[2 * i + 1] = y;
  }
  return points;
}

/** Share of a 32 x 32 grid over the points' spread that holds a point. */
export function fillingRate(points: Float32Array): number {
  const cells = new Set<number>();
  const unit = normalisePoints(points);
  for (let i = 0; i < unit.length; i += 2) {
    const [x, y] = [(unit[i] as number) * 8 + 16, (unit[i + 1] as number) * 8 + 16];
    if (x >= 0 && x < 32 && y >= 0 && y < 32) cells.add(Math.floor(y) * 32 + Math.floor(x));
  }
  return cells.size / 1024;
}

/** Moves the centre of the points to 0 and their root mean square radius to 1. */
export function normalisePoints(points: Float32Array): Float32Array {
  const count = points.length / 2;
  let [sumX, sumY, squares] = [0, 0, 0];
  for (let i = 0; i < points.length; i += 2) {
    const [x, y] = [points[i] as number, points[i + 1] as number];
    sumX += x;
    sumY += y;
    squares += x * x + y * y;
  }
  const [x, y] = [sumX / count, sumY / count];
  const radius = Math.sqrt(Math.max(squares / count - x * x - y * y, 1e-12));
  return points.map((value, i) => (value - (i % 2 === 0 ? x : y)) / radius);
}
