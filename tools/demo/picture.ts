import { readFileSync } from 'node:fs';
import { writeFileAtomic } from '@espalier/base/files';

/** Draws text as a terminal shows it: `npm run --silent demo | node tools/dist/demo/picture.js docs/demo.svg`. */
const [path] = process.argv.slice(2);
if (path === undefined) {
  console.error('Usage: picture <file.svg>, with the text on the standard input');
  process.exit(2);
}

const COLUMNS = 160;
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
  if (/^(Best|Transfer helps)/.test(line)) return '#81c995';
  return '#e8eaed';
};

const text = readFileSync(0, 'utf8').trimEnd();
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
