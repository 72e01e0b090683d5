import { imagePreprocessingSchema, normalisations } from '@espalier/transfer';
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { imagePolicies, viewOf } from './policies/registry.js';
import { identityView } from './views.js';
import { drawn, scene } from '../../testing/datasets.js';
import { decodeImage } from './formats/decode.js';
import { placeImage } from './geometry.js';
import { loadPreprocessed, preprocessedShape, preprocessImage } from './preprocess.js';

const plain = imagePreprocessingSchema.parse({
  kind: 'image',
  height: 8,
  width: 8,
  fit: 'squash',
  layout: 'nchw',
  scale: 1,
  mean: [0, 0, 0],
  std: [1, 1, 1],
});

/** Red grows to the right, green grows downwards. */
const ramp = await drawn(8, 8, (x, y) => [x * 10, y * 20, 200])
  .png()
  .toBuffer();

describe('values and layout', () => {
  it('are (pixel * scale - mean) / std, channel by channel', async () => {
    const input = { ...plain, scale: 1 / 255, mean: [0.1, 0.2, 0.3], std: [0.5, 0.25, 2] };
    const values = await loadPreprocessed(ramp, imagePreprocessingSchema.parse(input));
    const at = (c: number, y: number, x: number): number => values[(c * 8 + y) * 8 + x] as number;
    expect(at(0, 2, 5)).toBeCloseTo((50 / 255 - 0.1) / 0.5, 6);
    expect(at(1, 2, 5)).toBeCloseTo((40 / 255 - 0.2) / 0.25, 6);
    expect(at(2, 2, 5)).toBeCloseTo((200 / 255 - 0.3) / 2, 6);
  });

  it('interleave the channels in nhwc', async () => {
    const values = await loadPreprocessed(ramp, { ...plain, layout: 'nhwc' });
    expect([...values.subarray((2 * 8 + 5) * 3, (2 * 8 + 5) * 3 + 3)]).toEqual([50, 40, 200]);
  });

  it("order the mean as the network's channels for bgr", async () => {
    const input = {
      ...plain,
      ...normalisations.caffe,
      channels: 'bgr',
      mean: [104, 117, 123],
      std: [1, 1, 1],
    };
    const values = await loadPreprocessed(ramp, imagePreprocessingSchema.parse(input));
    expect([values[21], values[64 + 21], values[128 + 21]]).toEqual([200 - 104, 40 - 117, 50 - 123]);
  });

  it('weigh red, green and blue by BT.601 for grey', async () => {
    const values = await loadPreprocessed(ramp, { ...plain, channels: 'grey' });
    expect(values.length).toBe(64);
    expect(values[21]).toBeCloseTo(50 * 0.299 + 40 * 0.587 + 200 * 0.114, 4);
  });

  it('have the declared shape', () => {
    const wide = { ...plain, height: 16, width: 24 };
    expect(preprocessedShape(wide)).toEqual([3, 16, 24]);
    expect(preprocessedShape({ ...wide, layout: 'nhwc' })).toEqual([16, 24, 3]);
    expect(preprocessedShape({ ...wide, channels: 'grey' })).toEqual([1, 16, 24]);
  });
});

describe('fit', () => {
  it('crop takes the centre of the short side over cropFraction, as torchvision does', () => {
    const frame = { height: 224, width: 224, fit: 'crop', cropFraction: 0.875 } as const;
    const placement = placeImage({ width: 500, height: 375 }, frame, null);
    expect(placement.scaled).toEqual({ width: 341, height: 256 });
    // 58.5 and 59.5 both go to the even side.
    expect([placement.left, placement.top]).toEqual([58, 16]);
    expect(placeImage({ width: 502, height: 375 }, frame, null).left).toBe(59);
    expect(placeImage({ width: 503, height: 375 }, frame, null)).toMatchObject({
      scaled: { width: 343 },
      left: 60,
    });
  });

  it('crop drops the sides of a wide picture, squash keeps them, pad adds grey', async () => {
    // A red border left and right of a green middle.
    const wide = await drawn(32, 16, (x) => (x < 8 || x >= 24 ? [255, 0, 0] : [0, 255, 0]))
      .png()
      .toBuffer();
    const red = async (fit: 'crop' | 'squash' | 'pad'): Promise<Float32Array> =>
      (await loadPreprocessed(wide, { ...plain, fit, cropFraction: 1, interpolation: 'nearest' })).subarray(
        0,
        64,
      );
    const row = (values: Float32Array, y: number): number[] => [...values.subarray(y * 8, y * 8 + 8)];
    expect(row(await red('crop'), 4)).toEqual(new Array(8).fill(0));
    expect(row(await red('squash'), 4)).toEqual([255, 255, 0, 0, 0, 0, 255, 255]);
    const padded = await red('pad');
    expect(row(padded, 0)).toEqual(new Array(8).fill(128));
    expect(row(padded, 7)).toEqual(new Array(8).fill(128));
    expect(row(padded, 4)).toEqual([255, 255, 0, 0, 0, 0, 255, 255]);
  });

  it('averages the pixels that linear interpolation shrinks together', async () => {
    // A triangle filter over alternating rows of 0 and 200 gives their mean inside the picture.
    const stripes = await drawn(16, 16, (_, y) => [y % 2 === 0 ? 0 : 200, 0, 0])
      .png()
      .toBuffer();
    const values = await loadPreprocessed(stripes, plain);
    expect(values[4 * 8 + 4]).toBeCloseTo(100, -0.5);
  });

  it('stays inside the image and fills the input, whatever the sizes', () => {
    const length = fc.integer({ min: 1, max: 3000 });
    const side = fc.integer({ min: 8, max: 512 });
    const fits = fc.constantFrom('crop', 'squash', 'pad');
    const fraction = fc.double({ min: 0.1, max: 1, noNaN: true });
    const viewIndex = fc.integer({ min: 0, max: 50 });
    fc.assert(
      fc.property(
        length,
        length,
        side,
        side,
        fits,
        fraction,
        viewIndex,
        (width, height, w, h, fit, cropFraction, index) => {
          const frame = { width: w, height: h, fit, cropFraction };
          const { crop } = viewOf('strong', 'x', index, 1);
          const { source, scaled, left, top } = placeImage({ width, height }, frame, crop);
          expect(source.left >= 0 && source.left + source.width <= width && source.width > 0).toBe(true);
          expect(source.top >= 0 && source.top + source.height <= height && source.height > 0).toBe(true);
          if (fit === 'pad') expect(scaled.width <= w && scaled.height <= h).toBe(true);
          else
            expect(left >= 0 && top >= 0 && left + w <= scaled.width && top + h <= scaled.height).toBe(true);
        },
      ),
    );
  });

  it('does not scale a sliver up whole', async () => {
    const sliver = await drawn(1, 5000, (_, y) => [y % 256, 0, 0])
      .png()
      .toBuffer();
    expect((await loadPreprocessed(sliver, { ...plain, fit: 'crop' })).length).toBe(192);
    const { scaled } = placeImage({ width: 1, height: 5000 }, { ...plain, fit: 'crop' }, null);
    expect(scaled.height).toBeLessThan(100);
  });
});

describe('one pass and two', () => {
  const input = { ...plain, fit: 'crop' as const, height: 32, width: 40 };
  it.each([
    ['JPEG, much reduced', scene(3, 640, 400).jpeg()],
    ['JPEG on its side', scene(3, 640, 400).withMetadata({ orientation: 6 }).jpeg()],
    ['grey WebP', scene(3).greyscale().webp()],
    ['transparent PNG', scene(3).ensureAlpha(0.4).png()],
    ['16-bit PNG', scene(3).toColourspace('rgb16').png()],
  ])('agree for a %s', async (_, image) => {
    const bytes = await image.toBuffer();
    for (const view of [identityView, viewOf('strong', 'a', 1, 2)]) {
      const once = await loadPreprocessed(bytes, input, view);
      const twice = await preprocessImage(await decodeImage(bytes), input, view);
      const worst = once.reduce((most, v, i) => Math.max(most, Math.abs(v - (twice[i] ?? NaN))), 0);
      expect(worst).toBeLessThanOrEqual(2); // Rounding of 16 bits and of alpha.
    }
  });
});

describe('views', () => {
  it('flip mirrors left and right', async () => {
    const flipped = await loadPreprocessed(ramp, plain, { ...identityView, flip: true });
    expect([...flipped.subarray(0, 8)]).toEqual([70, 60, 50, 40, 30, 20, 10, 0]);
  });

  it('rotate turns clockwise, after the flip', async () => {
    const spot = await drawn(9, 9, (x, y) => (x === 4 && y === 1 ? [255, 0, 0] : [0, 0, 0]))
      .png()
      .toBuffer();
    const nine = { ...plain, height: 9, width: 9 };
    for (const flip of [false, true]) {
      const turned = await loadPreprocessed(spot, nine, { ...identityView, rotate: 90, flip });
      expect(turned[4 * 9 + 7]).toBeCloseTo(255, 3); // Top goes to the right.
    }
  });

  it('brightness, contrast and saturation follow their formulas', async () => {
    const one = async (change: object): Promise<number[]> => {
      const values = await loadPreprocessed(ramp, plain, { ...identityView, ...change });
      return [0, 1, 2].map((c) => values[c * 64 + 21] as number);
    };
    const grey = 50 * 0.299 + 40 * 0.587 + 200 * 0.114;
    const meanGrey = 35 * 0.299 + 70 * 0.587 + 200 * 0.114;
    const near = (values: number[]): unknown[] => values.map((v) => expect.closeTo(v, 3));
    expect(await one({ brightness: 1.5 })).toEqual(near([75, 60, 255]));
    expect(await one({ saturation: 0.5 })).toEqual(near([50, 40, 200].map((v) => (v + grey) / 2)));
    expect(await one({ contrast: 0.5 })).toEqual(near([50, 40, 200].map((v) => (v + meanGrey) / 2)));
  });

  it('a crop box shows its part of the picture alone', async () => {
    // The right quarter of the area: half the width and height, at the bottom right.
    const crop = { area: 0.25, aspect: 1, x: 1, y: 1 };
    const values = await loadPreprocessed(
      ramp,
      { ...plain, interpolation: 'nearest' },
      { ...identityView, crop },
    );
    expect(Math.min(...values.subarray(0, 64))).toBe(40);
    expect(Math.min(...values.subarray(64, 128))).toBe(80);
  });

  it.each(imagePolicies.names)('of the policy %s give finite values in range', async (policy) => {
    const bytes = await scene(5).jpeg().toBuffer();
    for (let index = 0; index < 4; index++) {
      const values = await loadPreprocessed(bytes, plain, viewOf(policy, 'scene', index, 7));
      expect(values.every((value) => value >= 0 && value <= 255)).toBe(true);
    }
  });
});
