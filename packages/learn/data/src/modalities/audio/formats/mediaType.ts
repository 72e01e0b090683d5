import { hasText } from './bytes.js';
import { isFlac } from './flac.js';
import { isMp3 } from './mp3.js';
import { isOgg } from './ogg.js';
import { isWav } from './wav.js';

/** The media type of a recording by its first bytes, whatever its name; null where it is none. */
export function audioMediaType(head: Uint8Array): string | null {
  if (isWav(head)) return 'audio/wav';
  if (isFlac(head)) return 'audio/flac';
  if (isOgg(head)) return 'audio/ogg';
  // Behind a tag with a cover the sound begins where a head does not reach.
  return hasText(head, 0, 'ID3') || isMp3(head) ? 'audio/mpeg' : null;
}
