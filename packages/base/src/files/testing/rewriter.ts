import { appendLineDurable, writeFileAtomic } from '../write.js';

/** Rewrites a file and appends a line for ever, saying each number once it is on the disk. */
const [path, log, size] = process.argv.slice(2) as [string, string, string];
for (let i = 0; ; i++) {
  await writeFileAtomic(path, JSON.stringify({ i, filler: String(i % 10).repeat(Number(size)) }));
  await appendLineDurable(log, String(i));
  process.stdout.write(`${i}\n`);
}
