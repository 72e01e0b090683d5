import type { AudioPreprocessing } from '@espalier/transfer';
import { createGraph } from '../graph.js';
import type { PlainFeatures } from '../plainFeatures.js';
import { BAND_FEATURES, bandStatistics } from './bands.js';
import { cepstra, slopes } from './cepstra.js';
import { loudness, meanOverTime, meansOfParts, sizeOverTime } from './time.js';

const SAMPLES = 32_000;
const WINDOW = 400;
const HOP = 160;
const BANDS = 64;
const FRAMES = 1 + Math.floor((SAMPLES - WINDOW) / HOP);

/** Added to the power of a band: what is fainter counts as silence. */
const FLOOR = 1e-3;

const CEPSTRA = 20;
const PARTS = 4;

/** Two seconds, in frames of 25 ms every 10 ms. Silence is 0, and nothing is below it. */
const preprocessing: AudioPreprocessing = {
  kind: 'audio',
  sampleRate: 16_000,
  samples: SAMPLES,
  normalise: 'none',
  representation: {
    kind: 'logMel',
    fftSize: 512,
    window: WINDOW,
    hop: HOP,
    bands: BANDS,
    low: 20,
    high: 8000,
    scale: 'htk',
    triangles: 'hertz',
    areaNormalised: false,
    power: 2,
    offset: FLOOR,
    mean: Math.log(FLOOR),
    std: 1,
    centred: false,
    layout: 'time,band',
  },
};

/** Mean, deviation and parts of the cepstra, the deviation of their slopes, the loudness, and the bands. */
const width = CEPSTRA * (2 + PARTS + 1) + 1 + BAND_FEATURES;

/**
 * What a recording sounds like without a network: statistics over time of 20 mel-frequency cepstral
 * coefficients (Davis & Mermelstein, 1980), in all and in four parts in their order, and of the bands
 * themselves. Frames count as much as they are loud. 317 features of two seconds.
 */
export function plainAudio(): PlainFeatures {
  const graph = createGraph();
  const { op, reduce } = graph;
  const input = { name: 'input', shape: [FRAMES, BANDS] };
  const weights = loudness(graph, input.name);
  const coefficients = cepstra(graph, input.name, BANDS, CEPSTRA);
  const mean = meanOverTime(graph, coefficients, weights);
  const moving = slopes(graph, coefficients);
  const parts = [
    mean,
    sizeOverTime(graph, op('Sub', [coefficients, mean]), weights),
    meansOfParts(graph, coefficients, weights, PARTS),
    sizeOverTime(graph, op('Sub', [moving, meanOverTime(graph, moving, weights)]), weights),
    reduce('Mean', weights, [1]),
  ].map((part) => op('Flatten', [part], { axis: 1 }));
  const all = op('Concat', [...parts, bandStatistics(graph, input.name, weights, BANDS)], { axis: 1 });
  return {
    name: 'plain-audio',
    description: 'statistics of cepstral coefficients and mel bands',
    preprocessing,
    model: graph.build(input, all, width),
    output: 'features',
    width,
  };
}
