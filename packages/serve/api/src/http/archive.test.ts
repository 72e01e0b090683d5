import { readFileSync, writeFileSync } from 'node:fs';
import { get } from 'node:http';
import { join } from 'node:path';
import { PassThrough } from 'node:stream';
import { fastify } from 'fastify';
import { unzip } from '@espalier/datasets';
import { afterAll, beforeAll, describe, expect, it, onTestFinished, vi } from 'vitest';
import { addFiles } from '../index.js';
import { makeTeam, openTestStore, type Team, type TestStore } from '../testing/store.js';
import { fileRoutes } from './routes.js';

let store: TestStore;
let team: Team;
let stranger: Team;
const app = fastify({ forceCloseConnections: true });
let base: string;
/** Requests that are over. */
let handled = 0;

beforeAll(async () => {
  store = await openTestStore();
  team = await makeTeam(store);
  stranger = await makeTeam(store);
  app.addHook('onRoute', (route) => {
    const { handler } = route;
    route.handler = async function (request, reply) {
      await handler.call(this, request, reply);
      handled++;
    };
  });
  addFiles(app, {
    contextOf: ({ headers }) =>
      Promise.resolve((headers['x-stranger'] === undefined ? team : stranger).contextFor('viewer')),
  });
  base = await app.listen({ host: '127.0.0.1', port: 0 });
});
afterAll(async () => {
  await app.close();
  await store.close();
});

const files: Readonly<Record<string, string>> = { 'model.onnx': 'a network', 'model-card.md': '# Card' };

/** A model of a server, whose files are blobs; gives the address of its archive. */
async function keptModel(): Promise<string> {
  const prefix = 'studies/none/results';
  for (const [name, content] of Object.entries(files)) {
    const options = { contentType: 'application/octet-stream', overwrite: true };
    await store.data.blobs.put(`${prefix}/${name}`, Buffer.from(content), options);
  }
  const data = { projectId: team.projectId, name: 'kept', location: `${prefix}/model.onnx`, licence: 'MIT' };
  const { id } = await store.database.client.model.create({ data });
  return `${base}/api/files/models/${id}/model.zip`;
}

describe('the files of a model', () => {
  it('come as one, of a length that is told before, for those of its team alone', async () => {
    const address = await keptModel();
    const answer = await fetch(address);
    const body = Buffer.from(await answer.arrayBuffer());
    expect(answer.status).toBe(200);
    expect(answer.headers.get('content-type')).toBe('application/zip');
    expect(answer.headers.get('content-length')).toBe(String(body.length));
    const [archive, folder] = [join(store.folder, 'model.zip'), join(store.folder, 'unzipped')];
    writeFileSync(archive, body);
    await unzip(archive, folder);
    for (const [name, content] of Object.entries(files))
      expect(readFileSync(join(folder, name), 'utf8'), name).toBe(content);
    expect((await fetch(address, { headers: { 'x-stranger': '1' } })).status).toBe(404);
    const described = fileRoutes.find(({ id }) => id === 'models.file');
    expect(JSON.stringify(described?.parameters)).toContain('model.zip');
  });

  it('leave none open where whoever asked goes while it is opened', async () => {
    const address = await keptModel();
    const stream = new PassThrough();
    let give: ((opened: PassThrough) => void) | undefined;
    const open = vi
      .spyOn(store.data.blobs, 'get')
      .mockImplementationOnce(() => new Promise((resolve) => (give = resolve)));
    onTestFinished(() => open.mockRestore());
    const request = get(address).on('error', () => undefined);
    await expect.poll(() => give).toBeDefined();
    const before = handled;
    request.destroy();
    await expect.poll(() => handled, { timeout: 20_000 }).toBe(before + 1);
    give?.(stream);
    await expect.poll(() => stream.destroyed, { timeout: 20_000 }).toBe(true);
  });
});
