import { z } from 'zod';

const channelTriple = z.tuple([z.number(), z.number(), z.number()]);

/**
 * How one decoded image becomes one input tensor of a backbone.
 *
 * The value of a channel is `(pixel * scale - mean[c]) / std[c]` with `pixel` in 0..255.
 * It is declarative on purpose: it can be hashed into a cache key and shipped beside a model.
 */
export const imagePreprocessingSchema = z.strictObject({
  kind: z.literal('image'),
  /** Height and width of the network's input, in pixels. */
  height: z.number().int().min(8).max(2048),
  width: z.number().int().min(8).max(2048),
  /**
   * `squash` ignores the aspect ratio; `crop` scales the short side to `size / cropFraction`
   * and takes the centre; `pad` fits the whole picture and fills with mid grey.
   */
  fit: z.enum(['squash', 'crop', 'pad']).default('crop'),
  cropFraction: z.number().gt(0).max(1).default(0.875),
  interpolation: z.enum(['nearest', 'linear', 'cubic', 'lanczos3']).default('linear'),
  layout: z.enum(['nchw', 'nhwc']),
  channels: z.enum(['rgb', 'bgr', 'grey']).default('rgb'),
  scale: z.number().positive(),
  mean: channelTriple,
  std: channelTriple.refine((std) => std.every((s) => s > 0), 'std must be positive'),
});

export type ImagePreprocessing = z.infer<typeof imagePreprocessingSchema>;

/** One member a modality; text and audio join this union with their own schemas. */
export const preprocessingSchema = z.discriminatedUnion('kind', [imagePreprocessingSchema]);

export type Preprocessing = z.infer<typeof preprocessingSchema>;

/** Normalisations in common use, by the name their users know them by. */
export const normalisations = {
  /** torchvision and timm: 0..1, then ImageNet mean and deviation. */
  imagenet: { scale: 1 / 255, mean: [0.485, 0.456, 0.406], std: [0.229, 0.224, 0.225] },
  /** TensorFlow's Inception family: -1..1. */
  symmetric: { scale: 1 / 127.5, mean: [1, 1, 1], std: [1, 1, 1] },
  /** 0..1 and nothing more. */
  unit: { scale: 1 / 255, mean: [0, 0, 0], std: [1, 1, 1] },
  /** Caffe: 0..255 minus the mean of each channel; Caffe's networks read BGR. */
  caffe: { scale: 1, mean: [104, 117, 123], std: [1, 1, 1] },
} as const satisfies Record<string, { scale: number; mean: readonly number[]; std: readonly number[] }>;

export type NormalisationName = keyof typeof normalisations;
