import type { Random } from '@espalier/base/random';
import { between, jittered } from '../draw.js';
import { normalisePoints } from './ifs.js';

/** Closed curves around a centre, as in radial contours (Kataoka et al., CVPR 2022). */
export interface Contours {
  readonly vertices: number;
  readonly rings: number;
  /** Radius of the innermost ring over that of the outermost. */
  readonly inner: number;
  readonly aspect: number;
  /** Amplitude and harmonics of the radius. */
  readonly swing: readonly Harmonic[];
}

interface Harmonic {
  readonly order: number;
  readonly amplitude: number;
  readonly phase: number;
}

/** Open strokes: a few arcs with a bend and a wave. */
export interface Strokes {
  readonly strokes: readonly Stroke[];
}

interface Stroke {
  readonly x: number;
  readonly y: number;
  readonly angle: number;
  readonly length: number;
  readonly bend: number;
  readonly wave: Harmonic;
}

const drawHarmonic = (random: Random, orders: number, most: number): Harmonic => ({
  order: 1 + random.integer(orders),
  amplitude: between(random, 0, most),
  phase: between(random, 0, 2 * Math.PI),
});

export const drawContours = (random: Random): Contours => ({
  vertices: 3 + random.integer(14),
  rings: 1 + random.integer(5),
  inner: between(random, 0.2, 0.7),
  aspect: between(random, 0.4, 1),
  swing: Array.from({ length: 1 + random.integer(3) }, () => drawHarmonic(random, 7, 0.3)),
});

export const drawStrokes = (random: Random): Strokes => ({
  strokes: Array.from({ length: 1 + random.integer(4) }, () => ({
    x: between(random, -0.8, 0.8),
    y: between(random, -0.8, 0.8),
    angle: between(random, 0, Math.PI),
    length: between(random, 0.7, 2),
    bend: between(random, -0.7, 0.7),
    wave: drawHarmonic(random, 4, 0.25),
  })),
});

/** Points on the rings, `count` in all. */
export function traceContours(contours: Contours, count: number, random: Random): Float32Array {
  const { vertices, rings } = contours;
  const aspect = jittered(random, contours.aspect);
  const inner = jittered(random, contours.inner);
  const swing = contours.swing.map((one) => ({ ...one, amplitude: jittered(random, one.amplitude) }));
  const corner = (index: number): [number, number] => {
    const angle = (2 * Math.PI * index) / vertices;
    const radius = 1 + swing.reduce((sum, h) => sum + h.amplitude * Math.cos(h.order * angle + h.phase), 0);
    return [radius * Math.cos(angle), radius * aspect * Math.sin(angle)];
  };
  const corners = Array.from({ length: vertices + 1 }, (_, index) => corner(index % vertices));
  const perRing = Math.floor(count / rings);
  const points = new Float32Array(2 * perRing * rings);
  for (let ring = 0; ring < rings; ring++) {
    const size = rings === 1 ? 1 : inner + ((1 - inner) * ring) / (rings - 1);
    for (let i = 0; i < perRing; i++) {
      const at = (i / perRing) * vertices;
      const [from, to] = [corners[Math.floor(at)], corners[Math.floor(at) + 1]] as [number[], number[]];
      const share = at - Math.floor(at);
      for (let axis = 0; axis < 2; axis++) {
        const [a, b] = [from[axis] as number, to[axis] as number];
        points[2 * (ring * perRing + i) + axis] = size * (a + (b - a) * share);
      }
    }
  }
  return normalisePoints(points);
}

/** Points along the strokes, `count` in all. */
export function traceStrokes({ strokes }: Strokes, count: number, random: Random): Float32Array {
  const perStroke = Math.floor(count / strokes.length);
  const points = new Float32Array(2 * perStroke * strokes.length);
  strokes.forEach((stroke, index) => {
    const [bend, length] = [jittered(random, stroke.bend), jittered(random, stroke.length)];
    const [cos, sin] = [Math.cos(stroke.angle), Math.sin(stroke.angle)];
    const { order, amplitude, phase } = stroke.wave;
    for (let i = 0; i < perStroke; i++) {
      const along = (i / perStroke - 0.5) * length;
      const across = bend * along * along + amplitude * Math.sin(order * Math.PI * along + phase);
      const place = 2 * (index * perStroke + i);
      points[place] = stroke.x + along * cos - across * sin;
      points[place + 1] = stroke.y + along * sin + across * cos;
    }
  });
  return normalisePoints(points);
}
