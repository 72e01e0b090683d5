/** A dataset cannot be used as it is; the message says what is wrong, where, and what to do. */
export class DatasetError extends Error {
  override readonly name = 'DatasetError';
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
