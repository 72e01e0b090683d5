import { z } from 'zod';

const channelTriple = z.tuple([z.number(), z.number(), z.number()]).readonly();

/**
 * Preprocessing of one decoded image to one input tensor of a backbone.
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

/** The files of a tokenizer, as Hugging Face names them. */
export const tokenizerFiles = ['tokenizer.json', 'tokenizer_config.json'] as const;

const tensorName = z.string().min(1);

/**
 * Inputs of a graph that reads a text as its words and as its characters: int64 tensors [batch, n] and
 * [batch, m] of any length, filled up with 0 (`bagWords` and `bagCharacters` of @espalier/data).
 */
const bagInputsSchema = z.strictObject({ words: tensorName, characters: tensorName });

export type BagInputs = z.infer<typeof bagInputsSchema>;

/** Conversion of a text into the ids of its words and characters, without a vocabulary file. */
export const bagPreprocessingSchema = z.strictObject({
  kind: z.literal('bag'),
  inputs: bagInputsSchema,
});

export type BagPreprocessing = z.infer<typeof bagPreprocessingSchema>;

/**
 * Preprocessing of one text to token ids, by the tokenizer whose files come with the backbone
 * (`assets` of what it loads). Ids, mask and types are int64 tensors [batch, length].
 */
export const textPreprocessingSchema = z.strictObject({
  kind: z.literal('text'),
  /** `sha256Of` (@espalier/base/files) of the contents of the {@link tokenizerFiles}, in their order. */
  tokenizer: z.string().regex(/^[0-9a-f]{64}$/),
  /** Most tokens, special ones included; what is longer is cut at the end. */
  maxLength: z.number().int().min(4).max(8192),
  /** Id that fills up a batch; the mask hides it. */
  padId: z.number().int().nonnegative(),
  /** Names of the graph's inputs; null where it has no such input. */
  inputs: z.strictObject({
    ids: tensorName,
    mask: tensorName.nullable(),
    types: tensorName.nullable(),
    /** For graphs that want positions 0, 1, 2, ... given. */
    positions: tensorName.nullable(),
  }),
  /** Text before every example, for networks that were trained with one. */
  prefix: z.string().default(''),
  /**
   * Inputs for a graph that reads words and characters beside the tokens, without the prefix. It stays
   * absent where it is: preprocessings are hashed, and older ones do not have it.
   */
  bag: bagInputsSchema.optional(),
});

export type TextPreprocessing = z.infer<typeof textPreprocessingSchema>;

/**
 * A mel spectrogram in a logarithmic scale. Frames start every `hop` samples; each is `window`
 * samples under a Hann window, padded with zeros to `fftSize`.
 */
export const logMelSchema = z.strictObject({
  kind: z.literal('logMel'),
  fftSize: z.number().int().min(64).max(16384),
  window: z.number().int().min(16).max(16384),
  hop: z.number().int().min(1).max(16384),
  bands: z.number().int().min(4).max(512),
  /** Edges of the lowest and the highest band, in hertz. */
  low: z.number().nonnegative(),
  high: z.number().positive(),
  /** Formula from hertz to mel: HTK's, or Slaney's (librosa's default). */
  scale: z.enum(['htk', 'slaney']),
  /** Whether the sides of the bands' triangles are straight over hertz (librosa), or over mel (TensorFlow, Kaldi). */
  triangles: z.enum(['hertz', 'mel']).default('hertz'),
  /** Whether each band is divided by its width in hertz (Slaney). */
  areaNormalised: z.boolean(),
  /** 1 sums magnitudes, 2 sums powers. */
  power: z.union([z.literal(1), z.literal(2)]),
  /** The window: periodic by default, as for analysis, or symmetric. */
  hann: z.enum(['periodic', 'symmetric']).optional(),
  /** Whether each frame is moved to mean 0 first (Kaldi). */
  removeOffset: z.boolean().optional(),
  /** Share of the sample before that is taken away from each sample of a frame (Kaldi). */
  preEmphasis: z.number().min(0).max(1).optional(),
  /** The result is log(max(mel, floor) + offset), a natural logarithm, then (value - mean) / std. */
  offset: z.number().nonnegative(),
  floor: z.number().nonnegative().optional(),
  /** Values further than this below the largest of a recording are raised to there (Whisper). */
  range: z.number().positive().optional(),
  /** Number of frames; by default as many as the samples fill. */
  frames: z.number().int().positive().optional(),
  /** Value of the frames that pad a shorter recording, before `mean` is subtracted; by default that of silence. */
  fill: z.number().optional(),
  mean: z.number().default(0),
  std: z.number().positive().default(1),
  /** Whether the first frame is centred on the first sample, the signal mirrored at both ends (torch's `reflect`). */
  centred: z.boolean(),
  /** Order of the axes of one example, 1 being a channel axis: `time,band,1` is [time, band, 1]. */
  layout: z.enum(['time,band', 'band,time', '1,time,band', '1,band,time', 'time,band,1', 'band,time,1']),
});

export type LogMel = z.infer<typeof logMelSchema>;

/** Conversion of a recording into an input tensor: mixed to mono, resampled, cut or padded, transformed. */
export const audioPreprocessingSchema = z
  .strictObject({
    kind: z.literal('audio'),
    /** In hertz. */
    sampleRate: z.number().int().min(1000).max(192_000),
    /** Samples of one example: the middle of a longer recording, a shorter one between silence. */
    samples: z.number().int().min(64).max(4_000_000),
    /** Position of a shorter recording, and of the part taken from a longer one; the middle by default. */
    align: z.enum(['middle', 'start']).optional(),
    /** `unit` is mean 0 and variance 1 over the recording, as Wav2Vec2 was trained with. */
    normalise: z.enum(['none', 'unit']).default('none'),
    /** The samples themselves as [samples], or a log-mel spectrogram of them. */
    representation: z.discriminatedUnion('kind', [
      z.strictObject({ kind: z.literal('waveform') }),
      logMelSchema,
    ]),
  })
  .superRefine(({ sampleRate, representation }, context) => {
    if (representation.kind !== 'logMel') return;
    const { fftSize, window, low, high } = representation;
    const complain = (path: string, message: string): void =>
      context.addIssue({ code: 'custom', path: ['representation', path], message });
    if (fftSize % 2 !== 0) complain('fftSize', 'it must be even');
    if (representation.offset === 0 && (representation.floor ?? 0) === 0) {
      complain('offset', 'it or the floor must be above 0, because silence has no logarithm');
    }
    if (window > fftSize) complain('window', `it must be at most the FFT size, ${fftSize}`);
    if (low >= high) complain('high', `it must be above the lower edge of the lowest band, ${low}`);
    if (high > sampleRate / 2) complain('high', `it must be at most half the sample rate, ${sampleRate / 2}`);
  });

export type AudioPreprocessing = z.infer<typeof audioPreprocessingSchema>;

/** One member a way to read a modality; `bag` reads texts. */
export const preprocessingSchema = z.discriminatedUnion('kind', [
  imagePreprocessingSchema,
  textPreprocessingSchema,
  bagPreprocessingSchema,
  audioPreprocessingSchema,
]);

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
