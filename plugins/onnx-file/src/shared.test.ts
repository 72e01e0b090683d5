import { existsSync } from 'node:fs';
import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { testBackbone } from '@espalier/conformance/vitest';
import { afterAll, describe, it } from 'vitest';
import { onnxFile } from './index.js';

/** Real pre-trained networks, which are not part of the repository. */
const shared = fileURLToPath(new URL('../../../../shared/backbones/', import.meta.url));

const squeezenet = {
  model: join(shared, 'squeezenet_fp16', 'model_fp16.onnx'),
  licence: 'MIT',
  preprocessing: { channels: 'bgr', normalisation: 'caffe' },
  stages: ['pool1_1', 'fire5/concat_1'],
};

if (existsSync(shared)) {
  const folder = await mkdtemp(join(tmpdir(), 'espalier-shared-'));
  afterAll(() => rm(folder, { recursive: true, force: true }));
  const description = join(folder, 'squeezenet.json');
  await writeFile(description, JSON.stringify(squeezenet));
  for (const name of ['mobilenet_v2', 'mobilenet_v1_025'])
    testBackbone(name, () => onnxFile(join(shared, name)));
  testBackbone('squeezenet in float16', () => onnxFile(description));
} else {
  describe('conformance of real networks', () => {
    it.skip(`needs ../shared/backbones, which is not there`);
  });
}
