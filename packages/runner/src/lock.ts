import { mkdir, open, readFile, rm } from 'node:fs/promises';
import { join } from 'node:path';
import { StudyError } from './errors.js';

/**
 * Takes a folder for this process, so that two do not write one study.
 *
 * @returns what gives it back
 * @throws StudyError naming the process that holds it; a lock of a dead process is taken over
 */
export async function lockFolder(folder: string): Promise<() => Promise<void>> {
  await mkdir(folder, { recursive: true });
  const path = join(folder, 'study.lock');
  for (let attempt = 0; attempt < 2; attempt++) {
    try {
      const handle = await open(path, 'wx');
      await handle.writeFile(String(process.pid));
      await handle.close();
      return () => rm(path, { force: true });
    } catch (error) {
      if ((error as NodeJS.ErrnoException).code !== 'EEXIST') throw error;
      const holder = Number(await readFile(path, 'utf8').catch(() => ''));
      if (holder > 0 && holder !== process.pid && isAlive(holder)) {
        throw new StudyError(
          `process ${holder} is at work on the study in ${folder}; wait for it or stop it`,
        );
      }
      await rm(path, { force: true });
    }
  }
  throw new StudyError(`another process is taking the study in ${folder} at this moment; try again`);
}

function isAlive(pid: number): boolean {
  try {
    process.kill(pid, 0);
    return true;
  } catch (error) {
    return (error as NodeJS.ErrnoException).code === 'EPERM';
  }
}
