import { mkdir, mkdtemp, readFile, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { textWords, writeNoisyPicture } from '@espalier/data/testing';
import { openPredictor, type Predictor, type Score } from '@espalier/runner';
import { writeTinyModel } from '@espalier/runner/testing';
import fc from 'fast-check';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { startServer, type Server } from './index.js';

/** Sums of other batches come in other orders; what belongs to another input differs by far more. */
const DIGITS = 5;

let root: string;
beforeAll(async () => {
  root = await mkdtemp(join(tmpdir(), 'espalier-serving-models-'));
});
afterAll(() => rm(root, { recursive: true, force: true }));

interface Serving {
  readonly predictor: Predictor;
  readonly server: Server;
}

async function open(modality: 'image' | 'text'): Promise<Serving> {
  await mkdir(join(root, modality));
  const predictor = await openPredictor(await writeTinyModel(join(root, modality), modality));
  return { predictor, server: await startServer({ predictor, limits: { batch: 5, queue: 1000 } }) };
}

async function close({ server, predictor }: Serving): Promise<void> {
  await server.close();
  await predictor.dispose();
}

type Answered = { readonly predictions: readonly { readonly labels: readonly Score[] }[] };

const ask = async ({ server }: Serving, init: RequestInit): Promise<(readonly Score[])[]> => {
  const response = await fetch(`${server.url}/v1/predict`, { method: 'POST', ...init });
  return ((await response.json()) as Answered).predictions.map(({ labels }) => labels);
};

function expectSame(found: readonly Score[] | undefined, alone: readonly Score[] | undefined): void {
  const byLabel = (scores: readonly Score[] = []): Map<string, number> =>
    new Map(scores.map(({ label, probability }) => [label, probability]));
  const expected = byLabel(alone);
  expect(expected.size).toBe(3);
  for (const [label, probability] of byLabel(found)) {
    expect(probability).toBeCloseTo(expected.get(label) as number, DIGITS);
  }
}

describe('a batch of real networks', () => {
  it('says of texts of many lengths what each alone is told', async () => {
    const serving = await open('text');
    const textsOf = (texts: readonly string[]): Promise<(readonly Score[])[]> =>
      ask(serving, {
        body: JSON.stringify({ texts }),
        headers: { 'content-type': 'application/json' },
      });
    const words = fc.array(fc.constantFrom(...textWords), { minLength: 1, maxLength: 40 });
    const requests = fc.array(fc.array(words, { minLength: 1, maxLength: 5 }), {
      minLength: 1,
      maxLength: 6,
    });
    await fc.assert(
      fc.asyncProperty(requests, async (asked) => {
        const lists = asked.map((list) => list.map((one) => one.join(' ')));
        const together = await Promise.all(lists.map(textsOf));
        for (const [i, list] of lists.entries()) {
          for (const [j, text] of list.entries()) expectSame(together[i]?.[j], (await textsOf([text]))[0]);
        }
      }),
      { numRuns: 15 },
    );
    await close(serving);
  });

  it('says of pictures what each alone is told, in a form or as a body', async () => {
    const serving = await open('image');
    const pictures: Buffer[] = [];
    for (let seed = 0; seed < 7; seed++) {
      const path = join(root, `${seed}.png`);
      await writeNoisyPicture(path, seed);
      pictures.push(await readFile(path));
    }
    const form = new FormData();
    pictures.forEach((bytes, i) => form.append('file', new Blob([new Uint8Array(bytes)]), `${i}.png`));
    const together = await ask(serving, { body: form });
    expect(together).toHaveLength(pictures.length);
    for (const [i, bytes] of pictures.entries()) {
      const body = new Uint8Array(bytes);
      const [alone] = await ask(serving, { body, headers: { 'content-type': 'image/png' } });
      expectSame(together[i], alone);
    }
    await close(serving);
  });
});
