import type { ReadOptions } from '@espalier/data';
import type { DatasetsProblem } from '../errors.js';

export interface ExampleLocation {
  /** Of this machine. */
  readonly path: string;
  readonly options: ReadOptions;
}

/** One example as people are shown it. */
export type ExampleContent =
  | { readonly kind: 'text'; readonly text: string }
  /** A picture, drawn again. */
  | { readonly kind: 'picture'; readonly contentType: 'image/webp'; readonly bytes: Uint8Array }
  /** A file that is a recording by its content. */
  | {
      readonly kind: 'recording';
      readonly contentType: string;
      readonly path: string;
      readonly bytes: number;
    };

/** Answer of the process; refusals are data, since the class of an error does not cross processes. */
export type ExampleAnswer =
  | ExampleContent
  /** A picture that is damaged. */
  | { readonly kind: 'damaged'; readonly example: string; readonly reason: string }
  | { readonly kind: 'refused'; readonly problem: DatasetsProblem; readonly message: string };

/** Requests to the process that reads a dataset. */
export interface ExampleFunctions {
  /** @param thumbnails folder where pictures that were made small are kept */
  content(place: ExampleLocation, id: string, thumbnails: string): Promise<ExampleAnswer>;
}
