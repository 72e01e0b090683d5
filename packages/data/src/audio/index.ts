// Placeholder until this folder is written: overwrite it.
import type { AudioPreprocessing } from '@espalier/transfer';
import type { Fingerprint } from '../perceptual.js';
export interface DecodedAudio { readonly sampleRate: number; readonly channels: readonly Float32Array[] }
export const decodeAudio = (_: Uint8Array, _name: string): Promise<DecodedAudio> => { throw new Error('todo'); };
export const isSilent = (_: DecodedAudio): boolean => false;
export const fingerprintAudio = (_: DecodedAudio): Fingerprint => { throw new Error('todo'); };
export const audioPolicies = { none: {}, shift: {}, noise: {}, gain: {}, spec: {}, strong: {} } as const;
export type AudioPolicyName = keyof typeof audioPolicies;
export interface AudioView { readonly stream: string }
export const identityAudioView: AudioView = { stream: '' };
export const audioViewOf = (_p: AudioPolicyName, _k: string, _i: number, _s: number): AudioView => identityAudioView;
export const audioViewKey = (_: AudioView): string => '';
export const preprocessedAudioShape = (_: AudioPreprocessing): number[] => [];
export const loadPreprocessedAudio = (_p: string, _a: AudioPreprocessing, _v: AudioView): Promise<Float32Array> => { throw new Error('todo'); };
