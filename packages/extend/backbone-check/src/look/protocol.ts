import type { BackboneFacts } from '@espalier/sdk';

/** What the process that looks at a backbone is asked. */
export interface LookFunctions {
  /** What it is; what cannot be used comes back as a sentence, since errors lose their class on the way. */
  look(reference: string, cacheFolder: string): Promise<Looked>;
}

export type Looked =
  | { readonly kind: 'facts'; readonly facts: BackboneFacts }
  | { readonly kind: 'refused'; readonly reason: string };
