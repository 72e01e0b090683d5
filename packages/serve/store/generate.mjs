// Makes src/generated from the schema. Prisma would fetch its schema engine for it, which it does not need here.
import { spawnSync } from 'node:child_process';
import { createHash } from 'node:crypto';
import { existsSync, readFileSync, writeFileSync } from 'node:fs';
import { createRequire } from 'node:module';
import { fileURLToPath } from 'node:url';

const here = (path) => fileURLToPath(new URL(path, import.meta.url));
const schema = readFileSync(here('prisma/schema.prisma'));
const { version } = createRequire(import.meta.url)('prisma/package.json');
const hash = createHash('sha256').update(schema).update(version).digest('hex');
const stamp = here('src/generated/.schema-hash');
if (!existsSync(stamp) || readFileSync(stamp, 'utf8') !== hash) {
  const prisma = createRequire(import.meta.url).resolve('prisma/build/index.js');
  const { status, stderr, stdout } = spawnSync(process.execPath, [prisma, 'generate'], {
    cwd: here('.'),
    encoding: 'utf8',
    env: {
      ...process.env,
      PRISMA_SCHEMA_ENGINE_BINARY: process.execPath,
      CHECKPOINT_DISABLE: '1',
      PRISMA_HIDE_UPDATE_MESSAGE: '1',
    },
  });
  if (status !== 0) {
    process.stderr.write(`packages/serve/store: the Prisma client cannot be generated\n${stdout}${stderr}`);
    process.exit(1);
  }
  writeFileSync(stamp, hash);
}
