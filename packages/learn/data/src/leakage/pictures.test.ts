import type { Sharp } from 'sharp';
import sharp from 'sharp';
import { describe, expect, it } from 'vitest';
import { findLeakedPictures, type Fingerprinted } from './pictures.js';
import { fingerprintOf } from '../modalities/image/fingerprint.js';
import type { Split } from '../splits/split.js';
import { drawn, scene } from '../testing/datasets.js';

async function fingerprinted(id: string, image: Sharp): Promise<Fingerprinted> {
  return { id, ...(await fingerprintOf(await image.png().toBuffer(), id)) };
}

/** The first `train` examples are train, the rest test. */
function halves(count: number, train: number): Split {
  const indexes = Array.from({ length: count }, (_, i) => i);
  return { train: indexes.slice(0, train), validation: [], test: indexes.slice(train), notes: [] };
}

async function again(seed: number, change: (image: Sharp) => Sharp): Promise<Sharp> {
  return sharp(await change(sharp(await scene(seed, 320, 240).png().toBuffer())).toBuffer());
}

describe('findLeakedPictures', () => {
  it('finds planted copies that were scaled or encoded again, and nothing else', async () => {
    const originals = await Promise.all(
      Array.from({ length: 60 }, (_, i) => fingerprinted(`original ${i}`, scene(i, 320, 240))),
    );
    const copies = await Promise.all([
      fingerprinted('low quality 3', await again(3, (image) => image.jpeg({ quality: 30 }))),
      fingerprinted('small 7', await again(7, (image) => image.resize(120, 90).webp())),
      fingerprinted('grey 11', await again(11, (image) => image.greyscale().png())),
      fingerprinted('brighter 13', await again(13, (image) => image.modulate({ brightness: 1.03 }))),
      fingerprinted('another scene', scene(1000)),
    ]);
    const examples = [...originals, ...copies];
    const leaks = findLeakedPictures(examples, halves(examples.length, 60));
    const found = leaks.map(({ a, b }) => `${b.id} of ${a.id}`).sort();
    expect(found).toEqual([
      'brighter 13 of original 13',
      'grey 11 of original 11',
      'low quality 3 of original 3',
      'small 7 of original 7',
    ]);
    expect(leaks.every(({ a, b }) => a.split === 'train' && b.split === 'test')).toBe(true);
  });

  it('leaves copies within one split alone', async () => {
    const example = await fingerprinted('x', scene(1));
    expect(findLeakedPictures([example, example], halves(2, 2))).toEqual([]);
    expect(findLeakedPictures([example, example], halves(2, 1))).toHaveLength(1);
  });

  it('agrees with comparing every pair, at every distance', () => {
    const thumbnail = '80'.repeat(64);
    const base = 0x0123456789abcdefn;
    const examples = Array.from({ length: 40 }, (_, i) => {
      // i % 8 bits flipped, spread so that they fall into different bands.
      let hash = base;
      for (let k = 0; k < i % 8; k++) hash ^= 1n << BigInt((k * 17 + i * 5) % 64);
      return {
        id: `${String(i).padStart(2, '0')}`,
        perceptualHash: hash.toString(16).padStart(16, '0'),
        thumbnail,
      };
    });
    const bits = (a: string, b: string): number =>
      (BigInt(`0x${a}`) ^ BigInt(`0x${b}`)).toString(2).replaceAll('0', '').length;
    for (const maxDistance of [0, 1, 4, 9]) {
      const wanted = examples
        .slice(0, 20)
        .flatMap((a) =>
          examples
            .slice(20)
            .flatMap((b) =>
              bits(a.perceptualHash, b.perceptualHash) <= maxDistance ? [`${a.id} ${b.id}`] : [],
            ),
        );
      const found = findLeakedPictures(examples, halves(40, 20), { maxDistance });
      const ids = found.map(({ a, b }) => `${a.id} ${b.id}`);
      expect(ids.sort()).toEqual(wanted.sort());
    }
  });

  it('does not take plain pictures of other shades for copies', async () => {
    const shades = [20, 60, 100, 140, 180, 220];
    const plain = await Promise.all(
      shades.map((shade) =>
        fingerprinted(
          `${shade}`,
          drawn(64, 64, () => [shade, shade, shade]),
        ),
      ),
    );
    expect(findLeakedPictures(plain, halves(plain.length, 3), { maxDistance: 15 })).toEqual([]);
  });

  it('ends at the given number of pairs', async () => {
    const example = await fingerprinted('x', scene(1));
    const many = new Array<Fingerprinted>(40).fill(example);
    expect(findLeakedPictures(many, halves(40, 20), { maxPairs: 7 })).toHaveLength(7);
  });
});
