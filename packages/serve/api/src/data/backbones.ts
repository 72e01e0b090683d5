import type { Licence, Modality } from '@espalier/transfer';

/** A backbone that a study can name, and what is known of it before it is loaded. */
export interface BackboneEntry {
  readonly id: string;
  readonly family: string;
  readonly modality: Modality;
  /** Whether the backbone comes with Espalier and needs no download. */
  readonly embedded: boolean;
  /** On a hub, as `hf:owner/name@commit#file`; null where it comes along. */
  readonly checkpoint: string | null;
  readonly licence: Licence;
  /** Trainable scalars; null where only loading can tell. */
  readonly parameters: number | null;
  /** Whether its network is on the server's machine, and needs no download any more. */
  readonly there: boolean;
  /** Of its file; null where only a hub can tell. */
  readonly bytes: number | null;
}
