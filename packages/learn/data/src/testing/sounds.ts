import { writeFile } from 'node:fs/promises';
import { createRandom } from '@espalier/base/random';

/** Samples in -1..1 as a WAV file of 16-bit PCM, one channel. */
export async function writeWav(path: string, samples: Float32Array, sampleRate: number): Promise<void> {
  const bytes = Buffer.alloc(44 + 2 * samples.length);
  bytes.write('RIFF', 0, 'latin1');
  bytes.writeUInt32LE(36 + 2 * samples.length, 4);
  bytes.write('WAVEfmt ', 8, 'latin1');
  bytes.writeUInt32LE(16, 16);
  bytes.writeUInt16LE(1, 20);
  bytes.writeUInt16LE(1, 22);
  bytes.writeUInt32LE(sampleRate, 24);
  bytes.writeUInt32LE(2 * sampleRate, 28);
  bytes.writeUInt16LE(2, 32);
  bytes.writeUInt16LE(16, 34);
  bytes.write('data', 36, 'latin1');
  bytes.writeUInt32LE(2 * samples.length, 40);
  samples.forEach((sample, i) => bytes.writeInt16LE(Math.round(32767 * sample), 44 + 2 * i));
  await writeFile(path, bytes);
}

/** Two tones with a little noise, a second long; other seeds have other tones. */
export async function writeTones(path: string, seed: number, sampleRate = 16_000): Promise<void> {
  const random = createRandom(seed, 'tones');
  const [low, high] = [150 + 150 * random.uniform(), 500 + 2000 * random.uniform()];
  const samples = Float32Array.from({ length: sampleRate }, (_, i) => {
    const time = (2 * Math.PI * i) / sampleRate;
    return 0.4 * Math.sin(low * time) + 0.3 * Math.sin(high * time) + 0.02 * random.normal();
  });
  await writeWav(path, samples, sampleRate);
}
