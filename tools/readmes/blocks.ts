/** A piece of a page that is TypeScript. */
export interface Piece {
  /** The line of its first line of code in the page, from 1. */
  readonly line: number;
  readonly code: string;
}

/** A file of TypeScript that a page shows, or needs. */
export interface Block {
  /** Its name beside the page's other blocks, such as `src/index.ts`. */
  readonly file: string;
  /** Hidden code, if any, and shown code. */
  readonly pieces: readonly Piece[];
}

/** A page whose blocks cannot be told apart. */
export class PageError extends Error {
  override readonly name = 'PageError';
}

const FENCE = /^ *```(.*)$/;
const LANGUAGE = /^(ts|typescript|js|javascript)(?: file=(\S+))?$/;
const HIDDEN = /^<!-- ts(?: file=(\S+))?$/;

interface Open {
  readonly kind: 'shown' | 'given' | 'other';
  readonly file: string | undefined;
  readonly line: number;
  readonly lines: string[];
  readonly ends: RegExp;
}

/** Finds the kind of block that a line begins; null for text. */
function begun(text: string, line: number): Open | null {
  const hidden = HIDDEN.exec(text);
  if (hidden !== null) return { kind: 'given', file: hidden[1], line, lines: [], ends: /^-->$/ };
  const fence = FENCE.exec(text);
  if (fence === null) return null;
  const shown = LANGUAGE.exec(fence[1] as string);
  return { kind: shown === null ? 'other' : 'shown', file: shown?.[2], line, lines: [], ends: /^ *```$/ };
}

/**
 * The TypeScript of a page in Markdown. A block is a file of its own, named by `file=` after the language.
 * Code that the block needs but a reader does not stands before it in a comment, which may be a file as well:
 *
 *     <!-- ts
 *     declare const texts: readonly string[];
 *     -->
 *
 * @throws PageError where a block does not end, or a comment has no block
 */
export function blocksOf(page: string): Block[] {
  const blocks: Block[] = [];
  let given: Piece[] = [];
  let open: Open | null = null;
  for (const [i, text] of page.split('\n').entries()) {
    if (open === null) {
      open = begun(text, i + 2);
    } else if (!open.ends.test(text)) {
      open.lines.push(text);
    } else {
      const { kind, line, lines, file = `block-${line}.ts` } = open;
      const piece = { line, code: lines.join('\n') };
      if (kind === 'shown' || (kind === 'given' && open.file !== undefined)) {
        blocks.push({ file, pieces: kind === 'shown' ? [...given, piece] : [piece] });
      }
      if (kind === 'shown') given = [];
      if (kind === 'given' && open.file === undefined) given.push(piece);
      open = null;
    }
  }
  if (open !== null) throw new PageError(`line ${open.line - 1}: this block does not end`);
  if (given[0] !== undefined) throw new PageError(`line ${given[0].line - 1}: no block follows this comment`);
  return blocks;
}
