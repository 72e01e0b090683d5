import { openBlobs } from '../index.js';

/** Puts one content after the other under one key for ever, and says each number once it is stored. */
const [folder, key, size] = process.argv.slice(2) as [string, string, string];
const blobs = openBlobs({ kind: 'folder', folder });

async function* content(letter: string): AsyncGenerator<Uint8Array> {
  for (let at = 0; at < Number(size); at += 10_000) yield Buffer.from(letter.repeat(10_000));
}

for (let i = 0; ; i++) {
  const letter = String.fromCharCode(97 + (i % 26));
  process.stdout.write(`begin ${i}\n`);
  await blobs.put(key, content(letter), { contentType: 'text/plain', overwrite: true });
  process.stdout.write(`end ${i}\n`);
}
