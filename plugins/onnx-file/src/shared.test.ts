import { existsSync } from 'node:fs';
import { mkdtemp, readFile, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { testBackbone } from '@espalier/conformance/vitest';
import { afterAll, describe, it } from 'vitest';
import { onnxFile } from './index.js';

/** Real pre-trained networks, which are not part of the repository. */
const shared = fileURLToPath(new URL('../../../../shared/backbones/', import.meta.url));

/** The README's example describes one of them. */
const readme = await readFile(new URL('../README.md', import.meta.url), 'utf8');
const example = JSON.parse(/```json\n([^`]+)```/.exec(readme)?.[1] as string) as object;

if (existsSync(shared)) {
  const folder = await mkdtemp(join(tmpdir(), 'espalier-shared-'));
  afterAll(() => rm(folder, { recursive: true, force: true }));
  const description = join(folder, 'squeezenet.json');
  const model = join(shared, 'squeezenet_fp16', 'model_fp16.onnx');
  await writeFile(description, JSON.stringify({ ...example, model }));
  for (const name of ['mobilenet_v2', 'mobilenet_v1_025'])
    testBackbone(name, () => onnxFile(join(shared, name)));
  testBackbone('squeezenet in float16, as the README describes it', () => onnxFile(description));
} else {
  describe('conformance of real networks', () => {
    it.skip(`needs ../shared/backbones, which is not there`);
  });
}
