import { join } from 'node:path';
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { AudioError } from '../../../errors.js';
import { folderWith } from '../../../testing/datasets.js';
import { decodeAudio } from './decode.js';
import { isSilent } from '../../../checks/blank.js';
import {
  chirp,
  golden,
  goldenFile,
  largestDifference,
  wav16,
  wavOf,
  type WavOptions,
} from '../../../testing/recordings.js';

interface GoldenFile {
  readonly sampleRate: number;
  readonly length: number;
  readonly channels: readonly (readonly number[])[];
}

const files = golden<Record<string, GoldenFile>>('chirp');

describe('decodeAudio', () => {
  it.each(Object.entries(files))('decodes %s as libsndfile does', async (name, wanted) => {
    const { sampleRate, channels } = await decodeAudio(goldenFile(name), name);
    expect({ sampleRate, channels: channels.length }).toEqual({
      sampleRate: wanted.sampleRate,
      channels: wanted.channels.length,
    });
    const step = Math.floor(wanted.length / 100);
    for (const [i, samples] of channels.entries()) {
      expect(samples.length).toBe(wanted.length);
      const kept = samples.filter((_, at) => at % step === 0);
      // The lossy decoders calculate with floats, each in its own order.
      expect(largestDifference(kept, wanted.channels[i] ?? [])).toBeLessThan(5e-6);
    }
  });

  it.each(['chirp.flac', 'alaw.wav'])('follows the content of %s, not its name', async (name) => {
    const root = await folderWith({ 'recording.mp3': goldenFile(name) });
    const { channels } = await decodeAudio(join(root, 'recording.mp3'));
    expect(channels[0]?.length).toBe(files[name]?.length);
  });

  it('passes over an ID3 tag before MP3 and FLAC', async () => {
    const tag = Buffer.concat([Buffer.from('ID3\x04\0\0\0\0\x01\x02', 'latin1'), Buffer.alloc(130)]);
    for (const name of ['chirp.mp3', 'chirp.flac']) {
      const plain = await decodeAudio(goldenFile(name), name);
      expect(await decodeAudio(Buffer.concat([tag, goldenFile(name)]), name)).toEqual(plain);
    }
  });

  it('gives the same for many at once', async () => {
    const names = Object.keys(files);
    const alone = [];
    for (const name of names) alone.push(await decodeAudio(goldenFile(name), name));
    expect(await Promise.all(names.map((name) => decodeAudio(goldenFile(name), name)))).toEqual(alone);
  });

  const slack = (name: string, bytes: Uint8Array): number => {
    if (name.endsWith('.mp3')) return 420;
    return name.endsWith('.wav') ? bytes.length / 250 : 0;
  };

  it.each(Object.keys(files))('refuses %s where it is cut, wherever', async (name) => {
    const bytes = goldenFile(name);
    const end = fc.integer({ min: 0, max: bytes.length - 1 });
    await fc.assert(
      fc.asyncProperty(end, async (length) => {
        // A last frame that is cut, and the last bytes of a WAV, are missed by nobody.
        fc.pre(length < bytes.length - slack(name, bytes));
        await expect(decodeAudio(bytes.subarray(0, length), name)).rejects.toThrow(AudioError);
      }),
      { numRuns: 30, examples: [[0], [1], [bytes.length - 1], [bytes.length >> 1]] },
    );
    await expect(decodeAudio(bytes.subarray(0, bytes.length >> 1), name)).rejects.toThrow(/is cut short/);
  });

  it.each(['chirp.flac', 'stereo.ogg', 'chirp.opus'])('sees one changed byte of %s', async (name) => {
    const bytes = goldenFile(name);
    for (const part of [0.3, 0.6, 0.95]) {
      const changed = Uint8Array.from(bytes);
      const at = Math.floor(part * bytes.length);
      changed[at] = (bytes[at] as number) ^ 0x10;
      await expect(decodeAudio(changed, name)).rejects.toThrow(/damaged/);
    }
  });

  it('throws nothing but AudioError for any bytes', async () => {
    const start = fc.constantFrom('', 'RIFF\0\0\0\0WAVEfmt ', 'fLaC', 'OggS', 'ID3', '\xff\xfb\x90\x44');
    await fc.assert(
      fc.asyncProperty(start, fc.uint8Array({ maxLength: 300 }), async (text, rest) => {
        const bytes = Buffer.concat([Buffer.from(text, 'latin1'), rest]);
        const error = await decodeAudio(bytes, 'x').catch((reason: unknown) => reason);
        if (error instanceof Error) expect(error).toBeInstanceOf(AudioError);
      }),
    );
  });

  it.each([
    ['a letter', 'This is a letter, not a recording.', /: its content is not a WAV, FLAC, MP3, OGG/],
    ['nothing', '', /: the file is empty\.$/],
    [
      'a film in OGG',
      `OggS${'\0'.repeat(22)}\x01\x10\x80theora${'\0'.repeat(40)}`,
      /: its content is not a WAV/,
    ],
  ])('refuses %s', async (_, content, reason) => {
    const root = await folderWith({ 'fake.wav': content });
    await expect(decodeAudio(join(root, 'fake.wav'))).rejects.toThrow(reason);
  });

  it('names a missing file', async () => {
    await expect(decodeAudio('/nowhere/x.wav')).rejects.toThrow(
      'Cannot read /nowhere/x.wav: there is no such file.',
    );
  });
});

describe('a WAV', () => {
  it.each<[string, WavOptions, (sound: Buffer) => void, number[]]>([
    ['8 bits', { bits: 8 }, (b) => b.set([0, 128, 255, 64]), [-1, 0, 127 / 128, -0.5]],
    [
      '16 bits',
      { bits: 16 },
      (b) => [-32768, 32767].forEach((v, i) => b.writeInt16LE(v, 2 * i)),
      [-1, 32767 / 32768],
    ],
    ['24 bits', { bits: 24 }, (b) => b.writeIntLE(-(2 ** 22), 0, 3), [-0.5]],
    ['32 bits', { bits: 32 }, (b) => b.writeInt32LE(2 ** 30, 0), [0.5]],
    ['32-bit floats', { bits: 32, code: 3 }, (b) => b.writeFloatLE(-1.5, 0), [-1.5]],
    ['64-bit floats', { bits: 64, code: 3 }, (b) => b.writeDoubleLE(0.25, 0), [0.25]],
  ])('of %s is over full scale', async (_, options, write, wanted) => {
    const sound = Buffer.alloc((wanted.length * (options.bits ?? 0)) / 8);
    write(sound);
    const { channels } = await decodeAudio(wavOf(sound, options));
    expect([...(channels[0] ?? [])]).toEqual(wanted.map(Math.fround));
  });

  it('is taken apart into its channels', async () => {
    const sound = Buffer.from(new Int16Array([1, -2, 3, 4, -5, 6]).buffer);
    const { channels } = await decodeAudio(wavOf(sound, { channels: 3 }));
    expect(channels.map((samples) => [...samples.map((v) => v * 32768)])).toEqual([
      [1, 4],
      [-2, -5],
      [3, 6],
    ]);
  });

  const sound = Buffer.from(wav16(chirp(8000, 100), 8000).subarray(44));
  it.each<[string, WavOptions]>([
    ['0xffffffff', { dataSize: 0xffffffff, riffSize: 0xffffffff }],
    ['0', { dataSize: 0, riffSize: 0 }],
    ["SoX's placeholder", { dataSize: 0x7ffff000, riffSize: 0x7ffff024 }],
  ])('from a pipe, with a size of %s, is read to its end', async (_, options) => {
    const { channels } = await decodeAudio(wavOf(sound, options));
    expect(channels[0]).toEqual(chirp(8000, 100));
  });

  it('ends with its sound where other chunks follow, and may hold half a frame', async () => {
    const tagged = Buffer.concat([wavOf(sound), Buffer.from('LIST\x04\0\0\0abcd', 'latin1')]);
    expect((await decodeAudio(tagged)).channels[0]?.length).toBe(100);
    expect((await decodeAudio(wavOf(sound.subarray(0, 199)))).channels[0]?.length).toBe(99);
  });

  it.each<[string, WavOptions, RegExp]>([
    [
      'more sound than there is',
      { dataSize: 201 },
      /cut short: its header tells of 201 bytes of sound, 200 are there\.$/,
    ],
    ['a rate of 0', { sampleRate: 0 }, /header is wrong: the sample rate is 0\.$/],
    [
      'a rate of 4 GHz',
      { sampleRate: 2 ** 32 - 1, blockAlign: 2 },
      /header is wrong: the sample rate is 4294967295\.$/,
    ],
    ['0 channels', { channels: 0 }, /header is wrong: there are 0 channels\.$/],
    ['frames of 3 bytes', { blockAlign: 3 }, /header is wrong: 1 channel of 16 bits cannot fill 3 bytes\.$/],
    ['0 bits', { bits: 0 }, /of a kind that is not supported \(1, 0 bits\)\.$/],
    ['MP3 inside', { code: 0x55 }, /of a kind that is not supported \(85, 16 bits\)\.$/],
    ['no sound', { dataSize: 0 }, /it holds no samples\.$/],
  ])('whose header tells of %s is refused', async (_, options, reason) => {
    const failure = decodeAudio(wavOf(sound, options), 'x.wav');
    await expect(failure).rejects.toThrow(AudioError);
    await expect(failure).rejects.toThrow(reason);
  });

  it('of more than 2 hours or 1 GB, or with NaN, is refused', async () => {
    const long = wavOf(Buffer.alloc(7202), { sampleRate: 1, bits: 8 });
    await expect(decodeAudio(long)).rejects.toThrow(/longer than 2 hours/);
    const wide = wavOf(Buffer.alloc(65_535 * 3900), { channels: 65_535, bits: 8 });
    await expect(decodeAudio(wide)).rejects.toThrow(/larger than 1 GB/);
    const strange = wavOf(Buffer.from(new Float32Array([0, NaN]).buffer), { code: 3, bits: 32 });
    await expect(decodeAudio(strange)).rejects.toThrow(/not finite numbers/);
  });
});

describe('what libsndfile reads too', () => {
  // Without negative zeros, which a file does not keep.
  const samples = chirp(8000, 2000).map((v) => v + 0);
  const sound = Buffer.from(wav16(samples, 8000).subarray(44));
  const heard = async (bytes: Uint8Array): Promise<Float32Array | undefined> =>
    (await decodeAudio(bytes, 'x')).channels[0];
  const behind = (wav: Uint8Array, chunk: string): Buffer =>
    Buffer.concat([wav.subarray(0, 36), Buffer.from(chunk, 'latin1'), wav.subarray(36)]);

  it('RF64, with its size where that of 32 bits ends', async () => {
    const wav = Buffer.from(wavOf(sound, { riffSize: 0xffffffff, dataSize: 0xffffffff }));
    for (const id of ['RF64', 'BW64']) {
      const size = Buffer.alloc(36);
      size.write('ds64');
      size.writeUInt32LE(28, 4);
      size.writeBigUInt64LE(BigInt(sound.length), 16);
      wav.write(id);
      const bytes = Buffer.concat([
        wav.subarray(0, 12),
        size,
        wav.subarray(12),
        Buffer.from('LIST\x04\0\0\0abcd'),
      ]);
      expect(await heard(bytes)).toEqual(samples);
    }
  });

  it.each([true, false])('samples of 24 bits in 32, upper ones or lower ones (%s)', async (upper) => {
    const wide = Buffer.alloc(sound.length * 2);
    samples.forEach((v, i) => wide.writeInt32LE(v * (upper ? 2 ** 31 : 2 ** 23), 4 * i));
    expect(await heard(wavOf(wide, { bits: 24, blockAlign: 4 }))).toEqual(samples);
  });

  it('a chunk of an odd length, filled up or not', async () => {
    const wav = wavOf(sound);
    const chunk = 'LIST\x11\0\0\0INFOISFT\x05\0\0\0Lavf5';
    expect(await heard(behind(wav, chunk))).toEqual(samples);
    expect(await heard(behind(wav, `${chunk}\0`))).toEqual(samples);
  });

  it('a WAV that lacks a little of what it says, and not one that lacks more', async () => {
    expect(await heard(wavOf(sound, { dataSize: sound.length + 4 }))).toEqual(samples);
    await expect(heard(wavOf(sound, { dataSize: sound.length + 100 }))).rejects.toThrow(/is cut short/);
  });

  it.each([
    [0x11, 4, 256, /IMA ADPCM.*convert it/],
    [0x31, 0, 65, /GSM 6\.10.*convert it/],
    [0x55, 0, 1, /MP3.*convert it/],
  ])('but what a WAV of kind %i holds is named', async (code, bits, blockAlign, reason) => {
    await expect(heard(wavOf(sound, { code, bits, blockAlign }))).rejects.toThrow(reason);
  });

  const mp3 = Buffer.from(goldenFile('stereo.mp3'));
  const id3 = Buffer.concat([Buffer.from('ID3\x04\0\0\0\0\x01\x02', 'latin1'), Buffer.alloc(130)]);
  const ape = Buffer.alloc(32);
  ape.write('APETAGEX');
  ape.writeUInt32LE(32, 12);

  it('several tags, before and behind, and inside', async () => {
    const plain = await heard(mp3);
    const id3v1 = Buffer.from(`TAG${'x'.repeat(125)}`);
    expect(await heard(Buffer.concat([id3, id3, ape, mp3, ape, id3v1]))).toEqual(plain);
    const { length } = plain ?? [];
    const noisy = Buffer.concat([mp3.subarray(0, 1500), Buffer.alloc(300, 0x5a), mp3.subarray(1500)]);
    expect(Math.abs(((await heard(noisy))?.length ?? 0) - (length ?? 0))).toBeLessThan(3 * 1152);
    expect(await heard(Buffer.concat([id3, wavOf(sound)]))).toEqual(samples);
  });

  it('an MP3 whose last frame is cut, without it', async () => {
    const whole = (await heard(mp3))?.length ?? 0;
    const cut = (await heard(mp3.subarray(0, mp3.length - 3)))?.length ?? 0;
    expect(cut).toBeLessThan(whole);
    expect(whole - cut).toBeLessThanOrEqual(2 * 1152);
  });

  it.each([
    ['FORM\0\0\0\0AIFF', /an AIFF recording.*convert it to WAV or FLAC/],
    ['\0\0\0\x18ftypM4A \0\0\0\0', /an M4A \(AAC\) recording/],
    ['version https://git-lfs.github.com/spec/v1\n', /a Git LFS pointer.*"git lfs pull"/],
    ['\x89PNG\r\n\x1a\n', /a PNG picture and not a recording/],
  ])('but other files are called what they are: %j', async (head, reason) => {
    await expect(heard(Buffer.from(head, 'latin1'))).rejects.toThrow(reason);
  });
});

describe('isSilent', () => {
  it.each([
    [0, true],
    [3e-5, true],
    [-3.3e-5, false],
    [0.5, false],
  ])('of a peak of %s is %s', (peak, wanted) => {
    const channels = [
      new Float32Array(10),
      Float32Array.from({ length: 10 }, (_, i) => (i === 5 ? peak : 0)),
    ];
    expect(isSilent({ sampleRate: 8000, channels })).toBe(wanted);
  });
});
