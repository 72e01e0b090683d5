import type { BackboneFacts } from '@espalier/sdk';

/** Functions of the process that inspects a backbone. */
export interface InspectFunctions {
  /** Inspects a backbone; a fault comes back as a sentence, since errors lose their class between processes. */
  inspect(reference: string, cacheFolder: string): Promise<InspectResult>;
}

export type InspectResult =
  | { readonly kind: 'facts'; readonly facts: BackboneFacts }
  | { readonly kind: 'refused'; readonly reason: string };
