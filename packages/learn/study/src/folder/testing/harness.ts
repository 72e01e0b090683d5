import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { appendFile, mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { onTestFinished } from 'vitest';
import { keyOf, WHOLE_STUDY, type StudyClaim } from '../../storage/index.js';
import { headerOf, type StorageHarness } from '../../testing/index.js';
import { journalPath, openFolderStorage } from '../index.js';

export const header = headerOf('2026-01-01T00:00:00.000Z');

export async function folder(): Promise<string> {
  const path = await mkdtemp(join(tmpdir(), 'espalier-storage-'));
  onTestFinished(() => rm(path, { recursive: true, force: true }));
  return path;
}

/** The folder of a study that has begun. */
export async function begun(): Promise<string> {
  const path = await folder();
  const storage = openFolderStorage(path);
  const claiming = await storage.claim(WHOLE_STUDY, 'test');
  if (claiming.kind === 'taken') throw claiming.error;
  await storage.append(claiming.claim, { event: header, key: keyOf(header) });
  await storage.release(claiming.claim);
  return path;
}

/** A process that claims a piece and is killed while it has it. */
async function claimAndDie(path: string, piece: string): Promise<StudyClaim> {
  const script = fileURLToPath(new URL('../../testing/claimant.ts', import.meta.url));
  const node = ['--conditions=@espalier/source', '--import=tsx', script, path, piece];
  const child = spawn(process.execPath, node, { stdio: ['ignore', 'pipe', 'inherit'] });
  const [told] = (await once(child.stdout, 'data')) as [Buffer];
  child.kill('SIGKILL');
  await once(child, 'exit');
  return JSON.parse(told.toString()) as StudyClaim;
}

export async function makeHarness(): Promise<StorageHarness> {
  const path = await begun();
  return {
    open: () => Promise.resolve(openFolderStorage(path)),
    pieces: [WHOLE_STUDY, 'trial-1'],
    claimants: ['one', 'two'],
    trial: 'trial-0',
    claimAndDie: (piece) => claimAndDie(path, piece),
    tear: async ({ event, key }) => {
      const line = JSON.stringify({ ...event, key });
      await appendFile(journalPath(path), line.slice(0, Math.floor(line.length / 2)));
    },
  };
}
