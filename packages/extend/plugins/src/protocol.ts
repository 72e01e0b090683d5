import type { DatasetSource, ReadOptions, Rows } from '@espalier/data';
import type { PruneRequest, SuggestRequest } from '@espalier/search';
import type { Configuration } from '@espalier/study';
import type { BackboneIdentity, LoadedBackbone } from '@espalier/transfer';
import type { PartKind } from './manifest.js';

/** Names of the parts of a plugin's module, by kind. */
export interface Contents {
  readonly backbones: readonly BackboneIdentity[];
  readonly readers: readonly { readonly format: string }[];
  readonly samplers: readonly { readonly name: string }[];
  readonly pruners: readonly { readonly name: string }[];
}

/** Functions of a plugin's thread. The host validates their answers again. */
export interface ThreadFunctions {
  /** Loads the module. */
  open(): Promise<void>;
  contents(): Promise<Contents>;
  load(id: string, cacheFolder: string): Promise<LoadedBackbone>;
  recognises(format: string, source: DatasetSource): Promise<boolean>;
  read(format: string, source: DatasetSource, options: ReadOptions): Promise<Rows>;
  suggest(name: string, request: SuggestRequest): Promise<Configuration | null>;
  shouldStop(name: string, request: PruneRequest): Promise<boolean>;
}

/** First message to a thread. */
export interface ThreadData {
  /** URL of the module. */
  readonly entry: string;
}

export const keyOfPart: Readonly<Record<PartKind, 'id' | 'format' | 'name'>> = {
  backbones: 'id',
  readers: 'format',
  samplers: 'name',
  pruners: 'name',
};
