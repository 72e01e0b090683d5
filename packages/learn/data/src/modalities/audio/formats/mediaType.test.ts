import { expect, it } from 'vitest';
import { audioMediaType } from './mediaType.js';
import { goldenFile } from '../../../testing/recordings.js';

it.each([
  ['alaw.wav', 'audio/wav'],
  ['chirp.flac', 'audio/flac'],
  ['chirp.ogg', 'audio/ogg'],
  ['chirp.opus', 'audio/ogg'],
  ['chirp.mp3', 'audio/mpeg'],
])('%s is %s by its content', (name, type) => expect(audioMediaType(goldenFile(name))).toBe(type));

it('what is no recording has no type, and a cover in front of the sound does not hide it', () => {
  for (const text of ['<html></html>', '', 'RIFF....AVI '])
    expect(audioMediaType(Buffer.from(text))).toBeNull();
  const tag = Buffer.concat([
    Buffer.from('ID3'),
    Buffer.from([4, 0, 0, 0x7f, 0x7f, 0x7f, 0x7f]),
    Buffer.alloc(100),
  ]);
  expect(audioMediaType(tag)).toBe('audio/mpeg');
});
