import { createRandom, type Random } from '@espalier/base/random';
import { betweenLog, jittered } from '../../draw.js';
import { drawEnvelope, shape, type Envelope } from './envelope.js';
import type { NoiseBank } from './noise.js';
import { renderSource } from './render.js';
import { toUnitPower } from './signal.js';
import { drawSource, type Source, type SourceKind } from './source.js';

/** One layer of a sound. */
interface Voice {
  readonly source: Source;
  readonly envelope: Envelope;
  /** Amplitude; 1 in the first voice. */
  readonly level: number;
}

/** Properties shared by the sounds of one class: one voice, or two at once. */
export type Recipe = readonly Voice[];

/** Share of each kind among the first voices. */
const shares: Readonly<Record<SourceKind, number>> = {
  harmonic: 0.2,
  partials: 0.12,
  fm: 0.12,
  chirp: 0.12,
  noise: 0.14,
  pulses: 0.14,
  formants: 0.16,
};

/** Share of the classes that have two voices. */
const MIXED = 0.35;

/**
 * The recipe of a number of `count`, over which the kinds have their shares.
 *
 * @param purpose names an independent stream of recipes
 */
export function drawRecipe(seed: number, purpose: string, number: number, count: number): Recipe {
  const random = createRandom(seed, 'recipe', purpose, number);
  const first = drawVoice(kindAt((number + 0.5) / count), 1, random);
  if (random.uniform() >= MIXED) return [first];
  return [first, drawVoice(kindAt(random.uniform()), betweenLog(random, 0.4, 1), random)];
}

const drawVoice = (kind: SourceKind, level: number, random: Random): Voice => ({
  source: drawSource[kind](random),
  envelope: drawEnvelope(random),
  level,
});

/** The kind at a place in 0..1 of all shares side by side. */
function kindAt(place: number): SourceKind {
  let reached = 0;
  const found = Object.entries(shares).find(([, share]) => (reached += share) > place);
  return (found?.[0] ?? 'formants') as SourceKind;
}

/** One instance of a class, of unit power. */
export function renderRecipe(recipe: Recipe, length: number, bank: NoiseBank, random: Random): Float32Array {
  const whole = new Float32Array(length);
  for (const { source, envelope, level } of recipe) {
    const voice = new Float32Array(length);
    renderSource(voice, source, bank, random);
    shape(voice, envelope, random);
    toUnitPower(voice);
    const loud = jittered(random, level);
    for (let i = 0; i < length; i++) whole[i] = (whole[i] as number) + loud * (voice[i] as number);
  }
  return toUnitPower(whole);
}
