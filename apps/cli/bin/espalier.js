#!/usr/bin/env node
import { existsSync, readFileSync } from 'node:fs';

/** Without so many, modules and the database fail to open with messages that name something else. */
const FEWEST_FILES = 512;

function filesAtOnce() {
  try {
    const [, soft] = /^Max open files\s+(\d+)/m.exec(readFileSync('/proc/self/limits', 'utf8')) ?? [];
    return soft === undefined ? Infinity : Number(soft);
  } catch {
    // Another system tells in another way.
    return Infinity;
  }
}

const main = new URL('../dist/main.js', import.meta.url);
const most = filesAtOnce();
if (most < FEWEST_FILES) {
  process.stderr.write(
    `espalier: Only ${most} files may be open at once, but Espalier needs ${FEWEST_FILES}; raise the limit with ulimit -n ${FEWEST_FILES}\n`,
  );
  process.exitCode = 1;
} else if (!existsSync(main)) {
  process.stderr.write('espalier: Espalier has not been compiled; in its repository, run: npm run build\n');
  process.exitCode = 1;
} else await import(main.href);
