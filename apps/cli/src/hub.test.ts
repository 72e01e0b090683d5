import { mkdtempSync, rmSync } from 'node:fs';
import { readFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { randomCheckpoint } from '@espalier/conformance/architectures';
import { writeTexts } from '@espalier/data/testing';
import { parseReference } from '@espalier/plugin-hf-hub';
import { startHub, type TestHub } from '@espalier/plugin-hf-hub/testing';
import { readReport } from '@espalier/report';
import { afterAll, beforeAll, expect, it } from 'vitest';
import { families } from './families.js';
import { espalier, expectSentence, type Ended } from './test-cli.js';

const root = mkdtempSync(join(tmpdir(), 'espalier-cli-hub-'));
const table = join(root, 'texts.csv');
const published = (id: string): string => {
  const family = families.find((one) => one.id === id);
  return parseReference(family?.checkpoint.reference ?? '').repository;
};
let hub: TestHub;
beforeAll(async () => {
  await writeTexts(table, 12);
  const bert = (await randomCheckpoint('bert')).files;
  // What is published of XLNet has no ONNX file.
  const { files: whole } = await randomCheckpoint('xlnet');
  const xlnet = Object.fromEntries(Object.entries(whole).filter(([path]) => path !== 'model.onnx'));
  const weights = { 'model.safetensors': 'weights' };
  hub = await startHub({
    [published('text-bert')]: { files: bert, commit: '86b5e0934494bd15c9632b12f734a8a67f723594' },
    [published('text-xlnet')]: {
      files: { ...xlnet, ...weights },
      commit: 'ceaa69c7bc5e512b5007106a7ccbb7daf24b2c79',
    },
    'team/small-bert': { files: bert },
  });
});
afterAll(async () => {
  await hub.close();
  rmSync(root, { recursive: true, force: true });
});

const environment = (): Record<string, string> => ({
  HF_ENDPOINT: hub.endpoint,
  HF_HOME: join(root, 'hf'),
  HF_TOKEN: 'hf_notToBeSeen',
});

const search = (
  backbone: string,
  out: string,
  variables: Readonly<Record<string, string>> = {},
): Promise<Ended> =>
  espalier(
    [
      ...['search', table, '--backbone', backbone, '--out', join(root, out), '--seed', '5', '--trials', '2'],
      ...['--epochs', '1', '--depths', '4,5', '--learning-rate', '0.01', '--batch', '8'],
    ],
    root,
    { ...environment(), ...variables },
  );

it('searches a family by its name, from a hub, and again offline at the commit that the study kept', async () => {
  const { code, err } = await search('text-bert', 'study');
  expect({ code, err }).toEqual({ code: 0, err: '' });
  const { backbones } = await readReport(join(root, 'study', 'report.json'));
  expect(backbones[0]).toMatchObject({ id: 'text-bert', family: 'bert', licence: { spdx: 'Apache-2.0' } });
  const study = await readFile(join(root, 'study', 'study.jsonl'), 'utf8');
  const lasting =
    'text-bert=hf:google-bert/bert-base-uncased@86b5e0934494bd15c9632b12f734a8a67f723594#model.onnx';
  expect(study).toContain(lasting);
  expect(study).not.toContain('hf_notToBeSeen');

  const offline = { HF_HUB_OFFLINE: '1', HF_ENDPOINT: 'http://127.0.0.1:9' };
  const again = await search(lasting, 'offline', offline);
  expect({ code: again.code, err: again.err }).toEqual({ code: 0, err: '' });
});

it('searches another checkpoint as the family it is of', async () => {
  const { code, err } = await search('text-bert=hf:team/small-bert', 'other');
  expect({ code, err }).toEqual({ code: 0, err: '' });
  const { backbones } = await readReport(join(root, 'other', 'report.json'));
  expect(backbones[0]).toMatchObject({ id: 'team/small-bert', family: 'bert' });
});

it('says what to do where a checkpoint is of another family, or has no ONNX file', async () => {
  expectSentence(
    await search('text-roberta=hf:team/small-bert', 'wrong'),
    /team\/small-bert is of the kind bert, and text-roberta takes roberta, .* give it as hf:team\/small-bert/,
  );
  expectSentence(
    await search('text-xlnet', 'none'),
    /no ONNX file; export it with: python tools\/export\/encoder\.py xlnet\/xlnet-base-cased FOLDER/,
  );
  expectSentence(
    await search('text-nothing', 'unknown'),
    /give one of .*text-bert, .*audio-wav2vec2, the path/,
    2,
  );
});
