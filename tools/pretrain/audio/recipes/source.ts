import type { Random } from '@espalier/base/random';
import { between, betweenLog } from '../../draw.js';

/** Sound source before filters and envelope; frequencies and rates in hertz. */
export type Source =
  | Harmonic
  | { readonly kind: 'partials'; readonly partials: readonly Partial[] }
  | { readonly kind: 'fm'; readonly carrier: number; readonly ratio: number; readonly index: number }
  | {
      readonly kind: 'chirp';
      readonly from: number;
      readonly to: number;
      readonly rate: number;
      readonly bend: number;
    }
  | { readonly kind: 'noise'; readonly bands: readonly Band[] }
  | {
      readonly kind: 'pulses';
      readonly rate: number;
      readonly irregularity: number;
      readonly rings: readonly Band[];
    }
  | Formants;

/** A tone of one period's shape. */
export interface Harmonic {
  readonly kind: 'harmonic';
  readonly pitch: number;
  /** One period, 1024 samples. */
  readonly period: Float32Array;
  readonly vibrato: { readonly rate: number; readonly depth: number };
}

/** One of a few tones that need not be harmonic, as those of a bell. */
export interface Partial {
  readonly frequency: number;
  readonly level: number;
}

export interface Band {
  readonly centre: number;
  /** Centre over width. */
  readonly quality: number;
}

/** A buzz or a hiss through three resonances that glide. */
export interface Formants {
  readonly kind: 'formants';
  /** Of the buzz; null is a hiss. */
  readonly pitch: number | null;
  readonly from: readonly number[];
  readonly to: readonly number[];
  readonly quality: number;
  /** Glides a second, there and back. */
  readonly rate: number;
}

export type SourceKind = Source['kind'];

/** The numbers of one source. */
export const drawSource: Readonly<Record<SourceKind, (random: Random) => Source>> = {
  harmonic: (random) => {
    const pitch = betweenLog(random, 70, 1800);
    const moves = random.uniform() < 0.4;
    const vibrato = { rate: betweenLog(random, 1, 12), depth: moves ? betweenLog(random, 0.01, 0.25) : 0 };
    return { kind: 'harmonic', pitch, period: drawPeriod(pitch, random), vibrato };
  },
  partials: (random) => {
    const lowest = betweenLog(random, 120, 1500);
    const count = 2 + random.integer(5);
    const partials = Array.from({ length: count }, (_, i) => ({
      frequency: Math.min(7000, lowest * (i === 0 ? 1 : betweenLog(random, 1.1, 9))),
      level: betweenLog(random, 0.15, 1),
    }));
    return { kind: 'partials', partials };
  },
  fm: (random) => ({
    kind: 'fm',
    carrier: betweenLog(random, 150, 3500),
    ratio: betweenLog(random, 0.02, 3),
    index: betweenLog(random, 0.3, 8),
  }),
  chirp: (random) => ({
    kind: 'chirp',
    from: betweenLog(random, 150, 6000),
    to: betweenLog(random, 150, 6000),
    rate: betweenLog(random, 1, 14),
    bend: betweenLog(random, 0.4, 2.5),
  }),
  noise: (random) => ({ kind: 'noise', bands: drawBands(random, 1 + random.integer(3), 0.6, 12) }),
  pulses: (random) => ({
    kind: 'pulses',
    rate: betweenLog(random, 2, 90),
    irregularity: random.uniform() < 0.5 ? 0.02 : betweenLog(random, 0.05, 0.6),
    rings: drawBands(random, 1 + random.integer(3), 2, 60),
  }),
  formants: (random) => {
    const glides = random.uniform() < 0.6;
    const from = drawVowel(random);
    return {
      kind: 'formants',
      pitch: random.uniform() < 0.7 ? betweenLog(random, 70, 400) : null,
      from,
      to: glides ? drawVowel(random) : from,
      quality: betweenLog(random, 4, 15),
      rate: betweenLog(random, 0.5, 6),
    };
  },
};

/** One period of up to 24 partials under 7 kHz, of random levels that fall with the order. */
function drawPeriod(pitch: number, random: Random): Float32Array {
  const count = Math.max(1, Math.min(2 + random.integer(23), Math.floor(7000 / pitch)));
  const fall = between(random, 0.2, 1.6);
  const oddOnly = random.uniform() < 0.25;
  const partials = Array.from({ length: count }, (_, i) => ({
    order: oddOnly ? 2 * i + 1 : i + 1,
    level: (i + 1) ** -fall * Math.exp(0.8 * random.normal()),
    phase: 2 * Math.PI * random.uniform(),
  })).filter(({ order }) => order * pitch < 7000);
  return Float32Array.from({ length: 1024 }, (_, at) =>
    partials.reduce(
      (sum, { order, level, phase }) => sum + level * Math.sin((2 * Math.PI * order * at) / 1024 + phase),
      0,
    ),
  );
}

const drawBands = (random: Random, count: number, least: number, most: number): Band[] =>
  Array.from({ length: count }, () => ({
    centre: betweenLog(random, 120, 7000),
    quality: betweenLog(random, least, most),
  }));

const drawVowel = (random: Random): number[] => [
  betweenLog(random, 200, 1100),
  betweenLog(random, 700, 2800),
  betweenLog(random, 2200, 5500),
];
