import { randomUUID } from 'node:crypto';
import { openStore } from '../index.js';

/** Writes rows into the store in the folder it is given, one line of output for each that is written. */
const { client } = await openStore({ kind: 'folder', folder: process.argv[2] as string });
for (;;) {
  const slug = randomUUID();
  await client.organization.create({ data: { name: 'A team', slug } });
  process.stdout.write(`${slug}\n`);
}
