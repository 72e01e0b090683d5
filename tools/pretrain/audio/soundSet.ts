import { identityAudioView, preprocessAudio, type AudioMask, type AudioView } from '@espalier/data';
import { preprocessing } from '@espalier/plugin-audio-mini';
import { createRandom, type Random } from '@espalier/base/random';
import { between, betweenLog } from '../draw.js';
import type { ExampleSet } from '../task.js';
import { createNoiseBank, noiseReader, type NoiseBank } from './recipes/noise.js';
import { drawRecipe, renderRecipe, type Recipe } from './recipes/recipe.js';
import { createBiquad, filtered, SAMPLE_RATE, toUnitPower, tuneBand, tuneLow } from './recipes/signal.js';

/** Recipes that are heard behind others and are no class. */
const BACKGROUNDS = 400;

interface Studio {
  readonly recipes: readonly Recipe[];
  readonly backgrounds: readonly Recipe[];
  readonly bank: NoiseBank;
}

/**
 * An endless labelled set of sounds, given by its seed and the number of classes, as log-mel
 * spectrograms `LOG_MEL`.
 */
export function createSoundSet(seed: number, count: number): ExampleSet {
  const bank = createNoiseBank(seed);
  const recipes = Array.from({ length: count }, (_, label) => drawRecipe(seed, 'class', label, count));
  const backgrounds = Array.from({ length: BACKGROUNDS }, (_, i) =>
    drawRecipe(seed, 'background', i, BACKGROUNDS),
  );
  const studio: Studio = { recipes, backgrounds, bank };
  return {
    classes: recipes,
    draw: (label, hardest, target, ...keys) => {
      const random = createRandom(seed, 'sound', label, ...keys);
      // More of the hard ones: the easy ones are soon told apart.
      const difficulty = hardest * Math.sqrt(random.uniform());
      const samples = record(studio, label, difficulty, random);
      const audio = { sampleRate: SAMPLE_RATE, channels: [samples] };
      target.set(preprocessAudio(audio, preprocessing, drawView(difficulty, random)));
    },
  };
}

/**
 * One sound as a microphone might hear it: before another one, which may be the louder, through a
 * room, in noise; or a part of it.
 */
function record(studio: Studio, label: number, difficulty: number, random: Random): Float32Array {
  const { recipes, backgrounds, bank } = studio;
  const length = lengthOf(difficulty, random);
  const samples = renderRecipe(recipes[label] as Recipe, length, bank, random);
  if (random.uniform() < 0.8 * difficulty) {
    const other = renderRecipe(random.pick(backgrounds), length, bank, random);
    add(samples, other, decibels(between(random, -24, -24 + 34 * difficulty)));
  }
  colour(samples, difficulty, random);
  addNoise(samples, bank, difficulty, random);
  return samples;
}

/** Three in ten are shorter than the network's second, where it is not easy. */
function lengthOf(difficulty: number, random: Random): number {
  const share = random.uniform() < 0.3 ? between(random, 1 - 0.6 * difficulty, 1) : 1;
  return Math.round(share * preprocessing.samples);
}

/** A resonance, a fall towards treble or bass, and an end of the treble, as of a room or a microphone. */
function colour(samples: Float32Array, difficulty: number, random: Random): void {
  const peak = createBiquad();
  tuneBand(peak, betweenLog(random, 150, 6000), betweenLog(random, 0.5, 4));
  const gain = difficulty * between(random, -0.7, 2);
  // Above 0 it takes from the treble, below from the bass.
  const tilt = difficulty * between(random, -0.8, 0.8);
  // Half of them are cut off sharply, where it is not easy.
  const edge = random.uniform() < 0.5 * difficulty ? betweenLog(random, 2000, 7500) : null;
  const cuts = edge === null ? [] : [createBiquad(), createBiquad()];
  cuts.forEach((cut) => tuneLow(cut, edge as number));
  let slow = 0;
  for (let i = 0; i < samples.length; i++) {
    const sample = samples[i] as number;
    slow += 0.3 * (sample - slow);
    const tilted = tilt > 0 ? sample + tilt * (slow - sample) : sample + tilt * slow;
    let heard = tilted + gain * filtered(peak, sample);
    for (const cut of cuts) heard = filtered(cut, heard);
    samples[i] = heard;
  }
  toUnitPower(samples);
}

/** From 45 dB under the sound to 5 dB over it. */
function addNoise(samples: Float32Array, bank: NoiseBank, difficulty: number, random: Random): void {
  const noise = noiseReader(random.pick([bank.white, bank.pink, bank.brown]), random);
  const level = decibels(-45 + 50 * difficulty * random.uniform() ** 0.5);
  for (let i = 0; i < samples.length; i++) samples[i] = (samples[i] as number) + level * noise();
}

function add(samples: Float32Array, other: Float32Array, level: number): void {
  for (let i = 0; i < samples.length; i++) {
    samples[i] = (samples[i] as number) + level * (other[i] as number);
  }
}

const decibels = (level: number): number => 10 ** (level / 20);

/** Draws the position of a shorter sound, and masks of times and bands (SpecAugment: Park et al., 2019). */
function drawView(difficulty: number, random: Random): AudioView {
  const masks = (): AudioMask[] =>
    random.uniform() < 0.5 * difficulty ? [drawMask(0.25 * difficulty, random)] : [];
  return { ...identityAudioView, place: random.uniform(), timeMasks: masks(), bandMasks: masks() };
}

function drawMask(most: number, random: Random): AudioMask {
  const length = most * random.uniform();
  return { length, start: (1 - length) * random.uniform() };
}
