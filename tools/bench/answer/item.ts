/** One labelled example of a source, before sets are drawn from it. */
export interface Item {
  /** Unique within its source; a file of an image or a recording is called so. */
  readonly name: string;
  readonly label: string;
  /** Examples of one group are all labelled or all fresh, where a set asks for it. */
  readonly group?: string;
  readonly content:
    | { readonly kind: 'text'; readonly text: string }
    | { readonly kind: 'file'; readonly path: string }
    | { readonly kind: 'bytes'; readonly bytes: Uint8Array };
}

/** Source of the examples. */
export interface Workspace {
  /** The folder with `data/` and `backbones/`. */
  readonly shared: string;
  /** Folder of generated or unpacked data, kept between runs. */
  readonly scratch: string;
}

export type Source = (place: Workspace) => Promise<Item[]>;
