/** A dataset cannot be used as it is; the message says what is wrong, where, and what to do. */
export class DatasetError extends Error {
  override readonly name = 'DatasetError';
}

/** A tokenizer's files are missing, damaged or another model's. */
export class TokenizerError extends Error {
  override readonly name = 'TokenizerError';
}

/** One example cannot be used; the others can. */
export abstract class ExampleError extends Error {
  constructor(
    /** The example's id, its file, or the name the caller gave to a buffer. */
    readonly example: string,
    /** Why, as a clause: "the file is cut short". */
    readonly reason: string,
    options?: ErrorOptions,
    verb = 'read',
  ) {
    super(`Cannot ${verb} ${example}: ${reason}.`, options);
  }
}

/** One image cannot be decoded. */
export class ImageError extends ExampleError {
  override readonly name = 'ImageError';
}

/** One recording cannot be decoded or used. */
export class AudioError extends ExampleError {
  override readonly name = 'AudioError';
}

/** One text cannot be used. */
export class TextError extends ExampleError {
  override readonly name = 'TextError';

  constructor(example: string, reason: string, options?: ErrorOptions) {
    super(example, reason, options, 'use');
  }
}
