import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { tokenizerHash } from '@espalier/data';
import { readModel, writeModel } from '@espalier/onnx';
import { describe, expect, it, onTestFinished } from 'vitest';
import { openPredictor, openPredictorProcess, predictEach, type Predictor } from '../index.js';
import { assetsIn } from './predictor.js';
import { writeTinyModel } from '../testing/index.js';

async function tinyModel(modality: 'image' | 'text'): Promise<string> {
  const folder = mkdtempSync(join(tmpdir(), 'espalier-predicting-'));
  onTestFinished(() => rmSync(folder, { recursive: true, force: true }));
  return writeTinyModel(folder, modality);
}

async function open(...asked: Parameters<typeof openPredictorProcess>): Promise<Predictor> {
  const predictor = await openPredictorProcess(...asked);
  onTestFinished(() => predictor.dispose());
  return predictor;
}

const textOf = (id: string, text: string) => ({ id, content: { kind: 'text', text } }) as const;

/** A tokenizer whose time grows with the square of a run of spaces, which is let through. */
async function makeSlow(folder: string): Promise<void> {
  const path = join(folder, 'tokenizer.json');
  const tokenizer = JSON.parse(readFileSync(path, 'utf8')) as { normalizer: object };
  tokenizer.normalizer = { type: 'Replace', pattern: { Regex: '\\s+y' }, content: ' y' };
  writeFileSync(path, JSON.stringify(tokenizer));
  const model = await readModel(join(folder, 'model.onnx'));
  const hash = await tokenizerHash(assetsIn(folder));
  const metadata = Object.fromEntries(
    Object.entries(model.metadata).map(([key, value]) => [
      key,
      value.replace(/"tokenizer":"[0-9a-f]{64}"/, `"tokenizer":"${hash}"`),
    ]),
  );
  await writeModel(join(folder, 'model.onnx'), { ...model, metadata });
}

describe('a model that predicts in a process of its own', () => {
  it('says what it says in this one, also of what cannot be read', async () => {
    const folder = await tinyModel('text');
    const inputs = [textOf('a', 'some words'), textOf('b', ''), textOf('c', 'more words than before')];
    const here = await openPredictor(folder);
    const there = await open(folder);
    expect(there).toMatchObject({ path: here.path, card: here.card, modality: 'text' });
    await there.warmUp();
    expect(await predictEach(there, inputs)).toEqual(await predictEach(here, inputs));
    await here.dispose();
    const images = await open(await tinyModel('image'));
    const bytes = new TextEncoder().encode('no picture');
    await expect(images.prepare({ id: 'the file', content: { kind: 'bytes', bytes } })).rejects.toMatchObject(
      {
        name: 'ImageError',
        example: 'the file',
      },
    );
  });

  it('goes on with the next input where one does not end', async () => {
    const folder = await tinyModel('text');
    await makeSlow(folder);
    const predictor = await open(folder, { limits: { seconds: 5 } });
    const forever = predictor.prepare(textOf('a', `words${' '.repeat(190_000)}z`));
    forever.catch(() => undefined);
    // It waits behind the other, and is asked again in a new process.
    const beside = predictor.prepare(textOf('b', 'some words'));
    await expect(forever).rejects.toThrow(
      'the prediction has no answer: the process that predicts took more than 5 seconds',
    );
    const [labels] = await predictor.run([await beside]);
    expect(labels).toHaveLength(3);
  });

  it('says what is wrong with a model that cannot be opened', async () => {
    const folder = await tinyModel('text');
    writeFileSync(join(folder, 'tokenizer.json'), '{}');
    await expect(openPredictorProcess(folder)).rejects.toMatchObject({ name: 'TokenizerError' });
    writeFileSync(join(folder, 'model.onnx'), 'no model');
    await expect(openPredictorProcess(folder)).rejects.toMatchObject({ name: 'OnnxError' });
  });
});
