import { readFileSync } from 'node:fs';
import { writeFileAtomic } from '@espalier/base/files';

/**
 * Draws what a terminal showed, from the leaderboard at the end of a search on: record one of 130 columns,
 * `script -qc 'stty cols 130; npm run --silent demo' demo.txt`, and
 * `node tools/dist/demo/picture.js docs/demo.svg < demo.txt`.
 */
const [path] = process.argv.slice(2);
if (path === undefined) {
  console.error('Usage: picture <file.svg>, with the text on the standard input');
  process.exit(2);
}

const COLUMNS = 130;
const [charWidth, lineHeight, margin] = [8.4, 19, 18];

const escape = (text: string): string =>
  text.replace(/[&<>]/g, (character) => `&#${character.charCodeAt(0)};`);

/** Breaks a long line between words, as a terminal of {@link COLUMNS} columns would further right. */
function wrap(line: string): string[] {
  if (line.length <= COLUMNS) return [line];
  const place = line.lastIndexOf(' ', COLUMNS);
  const cut = place > 0 ? place : COLUMNS;
  return [line.slice(0, cut), ...wrap(`  ${line.slice(cut).trimStart()}`)];
}

const colourOf = (line: string): string => {
  if (line.startsWith('>')) return '#8ab4f8';
  if (/^(Answer|Transfer helps)/.test(line)) return '#81c995';
  return '#e8eaed';
};

/** The text without what moves the cursor and colours, from the last table on, which no later drawing replaced. */
function ending(recorded: string): string {
  const plain = recorded.replace(/\u001b\[[0-9;?]*[a-zA-Z]|[\r\u2800-\u28ff]|^Script .*$/gm, '');
  const start = plain.lastIndexOf('┌');
  return (start < 0 ? plain : plain.slice(start)).trimEnd();
}

const text = ending(readFileSync(0, 'utf8'));
const lines = text
  .split('\n')
  .flatMap((line) => wrap(line).map((part) => ({ part, colour: colourOf(line) })));
const width = Math.ceil(COLUMNS * charWidth + 2 * margin);
const height = lines.length * lineHeight + 2 * margin;
const rows = lines.map(
  ({ part, colour }, i) =>
    `<text x="${margin}" y="${margin + (i + 0.75) * lineHeight}" fill="${colour}" xml:space="preserve">${escape(part)}</text>`,
);
await writeFileAtomic(
  path,
  [
    `<svg xmlns="http://www.w3.org/2000/svg" width="${width}" height="${height}" viewBox="0 0 ${width} ${height}" role="img">`,
    '<title>The end of a search: leaderboard, test accuracy, verdicts and the next command</title>',
    `<rect width="100%" height="100%" rx="8" fill="#202124"/>`,
    `<g font-family="ui-monospace, Menlo, Consolas, monospace" font-size="14">`,
    ...rows,
    '</g></svg>\n',
  ].join('\n'),
);
