import { normalisations, type ImagePreprocessing } from '@espalier/transfer';
import { createGraph } from '../graph.js';
import type { PlainFeatures } from '../plainFeatures.js';
import { BLOB_FEATURES, blobStatistics } from './blobs.js';
import { COLOUR_BINS, colourHistograms, meanColours, opponentColours } from './colours.js';
import { CELL, gradientHistograms, ORIENTATIONS } from './gradients.js';

/** Height and width of a picture in pixels. */
const SIZE = 64;

/** Rows and columns of the thumbnail. */
const THUMBNAIL = 4;

const preprocessing: ImagePreprocessing = {
  kind: 'image',
  height: SIZE,
  width: SIZE,
  fit: 'squash',
  cropFraction: 1,
  interpolation: 'linear',
  layout: 'nchw',
  channels: 'rgb',
  scale: normalisations.unit.scale,
  mean: [0, 0, 0],
  std: [1, 1, 1],
};

const width =
  ORIENTATIONS * (SIZE / CELL - 1) ** 2 + BLOB_FEATURES + 5 * 3 * COLOUR_BINS + 3 * THUMBNAIL ** 2;

/**
 * What a picture shows without a network: where edges run, what stands out from around it, which colours
 * there are, and a thumbnail of 4 x 4 pixels. 705 features of 64 x 64 pixels.
 */
export function plainImage(): PlainFeatures {
  const graph = createGraph();
  const input = { name: 'input', shape: [3, SIZE, SIZE] };
  const colours = opponentColours(graph, input.name);
  const parts = [
    gradientHistograms(graph, input.name),
    blobStatistics(graph, colours),
    colourHistograms(graph, colours, SIZE),
    meanColours(graph, input.name, SIZE / THUMBNAIL),
  ];
  const model = graph.build(input, graph.op('Concat', parts, { axis: 1 }), width);
  return {
    name: 'plain-image',
    description: 'histograms of gradients and colours, and statistics of spots',
    preprocessing,
    model,
    output: 'features',
    width,
  };
}
