/** A dataset cannot be used as it is; the message says what is wrong, where, and what to do. */
export class DatasetError extends Error {
  override readonly name = 'DatasetError';
}

/** One text cannot be used. */
export class TextError extends Error {
  override readonly name = 'TextError';

  constructor(
    /** The example's id. */
    readonly text: string,
    /** Why, as a clause: "the text is empty". */
    readonly reason: string,
  ) {
    super(`Cannot use ${text}: ${reason}.`);
  }
}

/** One image cannot be decoded. */
export class ImageError extends Error {
  override readonly name = 'ImageError';

  constructor(
    /** The file, or the name the caller gave to a buffer. */
    readonly image: string,
    /** Why, as a clause: "the file is cut short". */
    readonly reason: string,
    options?: ErrorOptions,
  ) {
    super(`Cannot read ${image}: ${reason}.`, options);
  }
}

/** A tokenizer's files are missing, damaged or another model's. */
export class TokenizerError extends Error {
  override readonly name = 'TokenizerError';
}

/** One recording cannot be decoded or used. */
export class AudioError extends Error {
  override readonly name = 'AudioError';

  constructor(
    /** The file, or the name the caller gave to a buffer. */
    readonly audio: string,
    /** Why, as a clause: "the file is cut short". */
    readonly reason: string,
    options?: ErrorOptions,
  ) {
    super(`Cannot read ${audio}: ${reason}.`, options);
  }
}
