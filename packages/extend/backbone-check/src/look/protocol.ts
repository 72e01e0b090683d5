import type { BackboneFacts } from '@espalier/sdk';

/** Functions of the process that inspects a backbone. */
export interface LookFunctions {
  /** Inspects a backbone; a fault comes back as a sentence, since errors lose their class between processes. */
  look(reference: string, cacheFolder: string): Promise<LookResult>;
}

export type LookResult =
  | { readonly kind: 'facts'; readonly facts: BackboneFacts }
  | { readonly kind: 'refused'; readonly reason: string };
