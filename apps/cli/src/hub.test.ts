import { mkdtempSync, rmSync } from 'node:fs';
import { readFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { randomCheckpoint } from '@espalier/conformance/architectures';
import { writeTexts } from '@espalier/data/testing';
import { parseReference, type HubReference } from '@espalier/plugin-hf-hub';
import { startHub, type TestHub } from '@espalier/plugin-hf-hub/testing';
import { readReport } from '@espalier/study/folder';
import { listBackbones } from '@espalier/sdk';
import { afterAll, beforeAll, expect, it } from 'vitest';
import { espalier, expectSentence, type CommandResult } from './testing/cli.js';

const root = mkdtempSync(join(tmpdir(), 'espalier-cli-hub-'));
const table = join(root, 'texts.csv');
const listed = await listBackbones();
/** Where a family's default checkpoint is published. */
const published = (id: string): HubReference =>
  parseReference(listed.find((one) => one.id === id)?.checkpoint ?? '');
let hub: TestHub;
beforeAll(async () => {
  await writeTexts(table, 12);
  const bert = (await randomCheckpoint('bert')).files;
  // What is published of XLNet has no ONNX file.
  const { files: whole } = await randomCheckpoint('xlnet');
  const xlnet = Object.fromEntries(Object.entries(whole).filter(([path]) => path !== 'model.onnx'));
  const weights = { 'model.safetensors': 'weights' };
  hub = await startHub({
    [published('text-bert').repository]: { files: bert, commit: published('text-bert').revision },
    [published('text-xlnet').repository]: {
      files: { ...xlnet, ...weights },
      commit: published('text-xlnet').revision,
    },
    'team/xlnet-tuned': { files: { ...xlnet, ...weights } },
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
): Promise<CommandResult> =>
  espalier(
    [
      ...['search', table, '--backbone', backbone, '--out', join(root, out), '--seed', '5', '--trials', '2'],
      ...['--epochs', '1', '--depths', '4,5', '--learning-rate', '0.01', '--batch', '8', '--threads', '1'],
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
  const lasting = `text-bert=${listed.find(({ id }) => id === 'text-bert')?.checkpoint}`;
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
    /hf:team\/small-bert has the model_type bert, but text-roberta takes roberta, .* give it without 'text-roberta='/,
  );
  expectSentence(
    await search('text-xlnet', 'none'),
    /no ONNX file; export it with: python tools\/export\/encoder\.py xlnet\/xlnet-base-cased FOLDER/,
  );
  expectSentence(
    await search('hf:team/xlnet-tuned', 'none'),
    /no ONNX file; export it with: python tools\/export\/encoder\.py team\/xlnet-tuned FOLDER/,
  );
  const nothing = { HF_HUB_OFFLINE: '1', HF_HOME: join(root, 'empty') };
  expectSentence(
    await search('text-bert', 'none', nothing),
    /HF_HUB_OFFLINE is set and model\.onnx of google-bert\/bert-base-uncased is not cached; run once without HF_HUB_OFFLINE/,
  );
  expectSentence(await search('text-bert=', 'none'), /'text-bert=' names no checkpoint; give text-bert, /, 2);
  expectSentence(
    await search('text-brt=hf:a/b', 'none'),
    /no backbone 'text-brt=hf:a\/b': give one of .*text-bert, .*audio-wav2vec2, the path/,
    2,
  );
});
