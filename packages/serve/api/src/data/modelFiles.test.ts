import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { openBlobs } from '@espalier/blobs';
import { afterAll, describe, expect, it } from 'vitest';
import { describeModel } from './modelFiles.js';

const folder = mkdtempSync(join(tmpdir(), 'espalier-model-files-'));
const blobs = openBlobs({ kind: 'folder', folder: join(folder, 'blobs') });
afterAll(() => rmSync(folder, { recursive: true, force: true }));

describe('what lies beside a model', () => {
  it.each([
    ['image', 'image'],
    ['text', 'text'],
    ['audio', 'audio'],
    ['bag', 'text'],
  ])('says of the preprocessing %s that it reads a %s', async (kind, read) => {
    writeFileSync(join(folder, 'preprocessing.json'), JSON.stringify({ kind, labels: ['a', 'b'] }));
    const { input } = await describeModel(join(folder, 'model.onnx'), blobs);
    expect(input).toEqual({ kind: read, labels: ['a', 'b'] });
  });

  it('says nothing of a file that was changed', async () => {
    writeFileSync(join(folder, 'preprocessing.json'), JSON.stringify({ kind: 'smell', labels: [] }));
    expect((await describeModel(join(folder, 'model.onnx'), blobs)).input).toBeNull();
  });
});
