import { readFile } from 'node:fs/promises';
import decodeMp3 from '@audio/decode-mp3';
import decodeOpus from '@audio/decode-opus';
import decodeVorbis from '@audio/decode-vorbis';
import { kindOfBytes } from '@espalier/base/files';
import { AudioError } from '../../../errors.js';
import { otherKind } from '../../../checks/otherKind.js';
import { unopened } from '../../../checks/unopened.js';
import { afterTags } from './bytes.js';
import { requireUsable, type AudioHeader, type DecodedAudio } from './decoded.js';
import { decodeFlac, isFlac, readFlac } from './flac.js';
import { isMp3, readMp3 } from './mp3.js';
import { isOgg, oggCodec, readOgg } from './ogg.js';
import { decodeWav, isWav } from './wav.js';

/** One of the wasm decoders, whose result is that of libFLAC, libvorbis, libopus or mpg123. */
type Decoder = (bytes: Uint8Array) => Promise<{ channelData: Float32Array[]; sampleRate: number }>;

/**
 * Decodes a WAV, FLAC, MP3, OGG Vorbis or OGG Opus file, of a path or of bytes, known by its content
 * and not by its name. Opus comes at 48 kHz, everything else at its own rate.
 *
 * @param name what an error calls the recording; the path where one is given.
 * @throws AudioError where the content is no such recording, contradicts its header, is cut short or
 * damaged, is empty, or is over 2 hours or 1 GB decoded.
 */
export async function decodeAudio(
  input: string | Uint8Array,
  name: string = nameOf(input),
): Promise<DecodedAudio> {
  return requireUsable(await decodeBytes(await audioBytes(input, name), name), name);
}

export const nameOf = (input: string | Uint8Array): string =>
  typeof input === 'string' ? input : 'the given recording';

/** Bytes of a path or a buffer. @throws AudioError where the file cannot be read. */
export async function audioBytes(input: string | Uint8Array, name: string): Promise<Uint8Array> {
  if (typeof input !== 'string') return input;
  try {
    return await readFile(input);
  } catch (error) {
    throw new AudioError(name, unopened(error), { cause: error });
  }
}

async function decodeBytes(given: Uint8Array, name: string): Promise<DecodedAudio> {
  if (given.length === 0) throw new AudioError(name, 'the file is empty');
  // Tags stand before any kind of sound.
  const bytes = given.subarray(afterTags(given));
  if (isWav(bytes)) return decodeWav(bytes, name);
  if (isFlac(bytes)) return decodeWith(decodeFlac, bytes, readFlac(bytes, name), name);
  const codec = isOgg(bytes) ? oggCodec(bytes) : null;
  if (codec === 'vorbis') return decodeWith(decodeVorbis, bytes, readOgg(bytes, codec, name), name);
  if (codec === 'opus') return decodeWith(decodeOpus, bytes, readOgg(bytes, codec, name), name);
  if (!isOgg(bytes) && isMp3(bytes)) {
    const { header, stream } = readMp3(bytes, name);
    return decodeWith(decodeMp3, stream, header, name);
  }
  throw new AudioError(name, otherContent(bytes));
}

/** Why bytes are no recording that is read. */
function otherContent(bytes: Uint8Array): string {
  const kind = kindOfBytes(bytes);
  return kind === null || kind.id === 'ogg' || kind.id === 'mp3'
    ? 'its content is not a WAV, FLAC, MP3, OGG Vorbis or OGG Opus recording'
    : otherKind(kind, 'audio');
}

async function decodeWith(
  decode: Decoder,
  bytes: Uint8Array,
  header: AudioHeader,
  name: string,
): Promise<DecodedAudio> {
  const damaged = 'the file is cut short or damaged';
  const { channelData, sampleRate } = await decode(bytes).catch((cause: unknown) => {
    throw new AudioError(name, damaged, { cause });
  });
  const length = channelData[0]?.length ?? 0;
  // The number of samples is exact in FLAC alone: an MP3 has those that fill its frames besides.
  if (length === 0 || (decode === decodeFlac && length < (header.frames ?? 0))) {
    throw new AudioError(name, damaged);
  }
  // mpg123 gives a mono recording twice.
  return { sampleRate, channels: channelData.slice(0, header.channels) };
}
