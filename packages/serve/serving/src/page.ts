import { createHash } from 'node:crypto';
import { readFile } from 'node:fs/promises';

/** The page on which a model is tried by hand, and the policy that it is sent with. */
export interface Page {
  readonly html: string;
  readonly policy: string;
}

const read = (name: string): Promise<string> => readFile(new URL(`../page/${name}`, import.meta.url), 'utf8');

const hashOf = (content: string): string =>
  `'sha256-${createHash('sha256').update(content).digest('base64')}'`;

/** Puts the page together in one document. Its policy allows this one script and style, and no other. */
export async function readPage(): Promise<Page> {
  const [html, style, script] = await Promise.all([read('try.html'), read('try.css'), read('try.js')]);
  return {
    html: html
      .replace('<style></style>', () => `<style>${style}</style>`)
      .replace('<script type="module"></script>', () => `<script type="module">${script}</script>`),
    policy: [
      "default-src 'none'",
      `script-src ${hashOf(script)}`,
      `style-src ${hashOf(style)}`,
      "connect-src 'self'",
      'img-src blob: data:',
      'media-src blob:',
      "base-uri 'none'",
      "form-action 'none'",
      "frame-ancestors 'none'",
      "require-trusted-types-for 'script'",
    ].join('; '),
  };
}
