import type { ChildProcess } from 'node:child_process';
import { readFile } from 'node:fs/promises';

/** Limits of a process, which is killed when it exceeds them. */
export interface ProcessLimits {
  /** Of wall clock, for one piece of work. */
  readonly seconds: number;
  /** Resident, whatever holds it: JavaScript, WebAssembly or a native library. */
  readonly memoryBytes: number;
}

/** A process that is watched. */
export interface Watch {
  /** The limit that was passed, as the end of a sentence such as `more than 60 seconds`; null for none. */
  readonly exceeded: () => string | null;
  readonly stop: () => void;
}

const LOOK_MILLISECONDS = 100;
const PAGE_BYTES = 4096;

/** Bytes as people say them. */
export function bytesInWords(bytes: number): string {
  const units = ['bytes', 'KiB', 'MiB', 'GiB', 'TiB'];
  const power = Math.min(units.length - 1, Math.max(0, Math.floor(Math.log2(bytes) / 10)));
  return `${Number((bytes / 1024 ** power).toFixed(1))} ${units[power]}`;
}

/** Flags of Node by which the heap of JavaScript ends before the limit does. */
export const heapFlag = (memoryBytes: number): string =>
  `--max-old-space-size=${Math.max(64, Math.floor(memoryBytes / 2 ** 20))}`;

/** Kills a process as soon as it takes more memory than it may. Memory is seen on Linux alone. */
export function watchMemory(child: ChildProcess, memoryBytes: number): Watch {
  let exceeded: string | null = null;
  const look = async (): Promise<void> => {
    const taken = await residentBytes(child.pid);
    if (taken <= memoryBytes || exceeded !== null) return;
    exceeded = `more than ${bytesInWords(memoryBytes)} of memory`;
    child.kill('SIGKILL');
  };
  const timer = setInterval(() => void look(), LOOK_MILLISECONDS).unref();
  return { exceeded: () => exceeded, stop: () => clearInterval(timer) };
}

/** Kills a process that takes more time or memory than it may. */
export function watchProcess(child: ChildProcess, { seconds, memoryBytes }: ProcessLimits): Watch {
  const memory = watchMemory(child, memoryBytes);
  let late: string | null = null;
  const timer = setTimeout(() => {
    late = `more than ${seconds} seconds`;
    child.kill('SIGKILL');
  }, seconds * 1000).unref();
  return {
    exceeded: () => late ?? memory.exceeded(),
    stop: () => {
      clearTimeout(timer);
      memory.stop();
    },
  };
}

/** 0 where the system does not tell. */
async function residentBytes(pid: number | undefined): Promise<number> {
  const statm = await readFile(`/proc/${pid}/statm`, 'utf8').catch(() => '');
  return Number(statm.split(' ')[1] ?? 0) * PAGE_BYTES;
}
