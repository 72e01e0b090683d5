import sharp from 'sharp';
import { expect, it } from 'vitest';
import { drawn } from '../../testing/datasets.js';
import { thumbnailOf } from './thumbnail.js';

const sizeOf = async (bytes: Uint8Array): Promise<unknown> => {
  const { format, width, height } = await sharp(bytes).metadata();
  return { format, width, height };
};

it('a picture is made small and never larger, upright, as WebP without what else was in its file', async () => {
  const wide = drawn(400, 200, (x) => [x % 256, 0, 0]);
  expect(await sizeOf(await thumbnailOf(await wide.clone().png().toBuffer(), 100))).toEqual({
    format: 'webp',
    width: 100,
    height: 50,
  });
  const turned = await wide.clone().withMetadata({ orientation: 6 }).jpeg().toBuffer();
  const small = await thumbnailOf(Buffer.concat([turned, Buffer.from('<script>alert(1)</script>')]), 1000);
  expect(await sizeOf(small)).toEqual({ format: 'webp', width: 200, height: 400 });
  expect(Buffer.from(small).includes('script')).toBe(false);
});

it.each(['<svg xmlns="http://www.w3.org/2000/svg"/>', '<html></html>', ''])(
  '%j is no picture',
  async (content) => {
    await expect(thumbnailOf(Buffer.from(content), 100)).rejects.toMatchObject({ name: 'ImageError' });
  },
);
