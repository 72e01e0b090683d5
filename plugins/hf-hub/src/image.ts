import { imagePreprocessingSchema, type GraphInput, type ImagePreprocessing } from '@espalier/transfer';
import type { ProcessorConfig } from './config.js';

/** Pillow's numbers of its filters. */
const filters: Readonly<Record<number, ImagePreprocessing['interpolation']>> = {
  0: 'nearest',
  1: 'lanczos3',
  2: 'linear',
  3: 'cubic',
};

type Size = NonNullable<ProcessorConfig['size']>;

const heightOf = (size: Size): number =>
  typeof size === 'number' ? size : 'height' in size ? size.height : size.shortest_edge;
const widthOf = (size: Size): number =>
  typeof size === 'number' ? size : 'width' in size ? size.width : size.shortest_edge;

const USUAL: Size = { height: 224, width: 224 };

/**
 * The image preprocessing that a processor's configuration describes, as transformers' processors carry
 * it out: resize, centre crop where it asks for one, rescale, normalise.
 */
export function imagePreprocessing(
  processor: ProcessorConfig,
  inputs: readonly GraphInput[],
): ImagePreprocessing {
  const { size = USUAL, crop_size, crop_pct, do_center_crop, resample = 2 } = processor;
  const cropped = do_center_crop === true && crop_size !== undefined;
  const target = cropped ? crop_size : size;
  const [height, width] = [heightOf(target), widthOf(target)];
  const byShortSide = typeof size !== 'number' && 'shortest_edge' in size;
  const fraction = cropped && byShortSide ? height / heightOf(size) : (crop_pct ?? 1);
  const mean = processor.image_mean ?? [0, 0, 0];
  const shape = inputs[0]?.shape ?? [];
  return imagePreprocessingSchema.parse({
    kind: 'image',
    height,
    width,
    fit: byShortSide || cropped ? 'crop' : 'squash',
    cropFraction: Math.min(1, fraction),
    interpolation: filters[resample] ?? 'linear',
    layout: shape[3] === 3 ? 'nhwc' : 'nchw',
    scale: processor.do_rescale ? (processor.rescale_factor ?? 1 / 255) : 1,
    mean: processor.do_normalize ? mean : [0, 0, 0],
    std: processor.do_normalize ? deviationsOf(processor) : [1, 1, 1],
  });
}

/** EfficientNet's processor divides by the deviations twice, as its networks were trained. */
function deviationsOf({
  image_processor_type,
  include_top,
  image_std = [1, 1, 1],
}: ProcessorConfig): number[] {
  const twice = image_processor_type === 'EfficientNetImageProcessor' && include_top;
  return twice ? image_std.map((one) => one * one) : image_std;
}
