import { describe, expect, it } from 'vitest';
import { failureText } from './failureText.js';

describe('the text behind `espalier: `', () => {
  it.each([
    ['there is no study in results', 'There is no study in results.'],
    ['The folder x is empty.', 'The folder x is empty.'],
    ['results already holds a study', 'results already holds a study.'],
    ['short.onnx is damaged', 'short.onnx is damaged.'],
    ['--lr is invalid', '--lr is invalid.'],
    ['a worker needs PostgreSQL (see the README)', 'A worker needs PostgreSQL (see the README).'],
    ['queue: the connection was lost', 'queue: the connection was lost.'],
    [
      'the pages are not built; build them with: npm run build',
      'The pages are not built; build them with: npm run build',
    ],
    [
      'too many files are open; raise the limit with ulimit -n',
      'Too many files are open; raise the limit with ulimit -n',
    ],
    ['run: chmod 600 /tmp/a, or delete it', 'run: chmod 600 /tmp/a, or delete it.'],
    ['choose another one with --port', 'choose another one with --port.'],
    ['is this a text?', 'is this a text?'],
  ])('%s', (message, text) => expect(failureText(message)).toBe(text));
});
