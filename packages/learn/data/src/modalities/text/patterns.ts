import { createRequire } from 'node:module';
import { TokenizerError } from '../../errors.js';

/** Those that most tokenizers have, of GPT-2, CLIP and Llama 3; they have been checked. */
const known: ReadonlySet<string> = new Set([
  `'s|'t|'re|'ve|'m|'ll|'d| ?\\p{L}+| ?\\p{N}+| ?[^\\s\\p{L}\\p{N}]+|\\s+(?!\\S)|\\s+`,
  `<\\|startoftext\\|>|<\\|endoftext\\|>|'s|'t|'re|'ve|'m|'ll|'d|[\\p{L}]+|[\\p{N}]|[^\\s\\p{L}\\p{N}]+`,
  `(?i:'s|'t|'re|'ve|'m|'ll|'d)|[^\\r\\n\\p{L}\\p{N}]?\\p{L}+|\\p{N}{1,3}| ?[^\\s\\p{L}\\p{N}]+[\\r\\n]*|\\s*[\\r\\n]+|\\s+(?!\\S)|\\s+`,
  ' {2,}',
  '\\s+',
]);

/** Time grows with this power of the text's length at most. */
const MOST_DEGREE = 2;
const LONGEST_PATTERN = 2_000;
/** Of one check; what cannot be told by then is left to the limits of predictions. */
const CHECK_MILLISECONDS = 20_000;

/** What the checker says; its types are those of its other builds. */
interface Checker {
  readonly checkSync: (
    source: string,
    flags: string,
    options: { readonly timeout: number },
  ) => {
    readonly status: 'safe' | 'vulnerable' | 'unknown';
    readonly complexity?: { readonly type: string; readonly degree?: number };
    readonly error?: { readonly kind: string };
  };
}

/**
 * Refuses a tokenizer whose regular expressions can take forever: forty letters are enough for
 * `(a+)+$`. They come from strangers, and the tokenizer runs them as they are.
 *
 * @throws TokenizerError naming the expression
 */
export function requireHarmlessPatterns(tokenizer: object, path: string): void {
  const unknown = [...new Set(patternsIn(tokenizer))].filter((pattern) => !known.has(pattern));
  if (unknown.length === 0) return;
  const checker = openChecker();
  for (const pattern of unknown) requireHarmless(checker, pattern, path);
}

function requireHarmless({ checkSync }: Checker, pattern: string, path: string): void {
  if (pattern.length > LONGEST_PATTERN) throw harmful(path, pattern, 'is too long to be checked');
  const { status, complexity, error } = checkSync(asJavaScript(pattern), 'u', {
    timeout: CHECK_MILLISECONDS,
  });
  if (error?.kind === 'invalid') throw harmful(path, pattern, 'cannot be checked');
  if (status !== 'vulnerable') return;
  if (complexity?.type === 'polynomial' && (complexity.degree ?? Infinity) <= MOST_DEGREE) return;
  throw harmful(path, pattern, 'can take forever on a short text');
}

/** As the tokenizer itself rewrites what JavaScript does not know: groups with flags, scripts by their name alone. */
const asJavaScript = (pattern: string): string =>
  pattern
    .replaceAll('(?i:', '(?:')
    .replace(/(\\[pP])\{(\w+)\}/g, (text, p: string, name: string) =>
      isPattern(text) ? text : `${p}{Script=${name}}`,
    );

function isPattern(source: string): boolean {
  try {
    return new RegExp(source, 'u').source !== '';
  } catch {
    return false;
  }
}

const harmful = (path: string, pattern: string, why: string): TokenizerError =>
  new TokenizerError(
    `${path} splits texts by the regular expression ${JSON.stringify(pattern.slice(0, 80))}, which ${why}; take a tokenizer without it`,
  );

/** Every `{"Regex": …}` of the file, wherever it stands. */
function patternsIn(value: unknown): string[] {
  if (Array.isArray(value)) return value.flatMap(patternsIn);
  if (typeof value !== 'object' || value === null) return [];
  return Object.entries(value).flatMap(([name, inner]) => {
    // Vocabularies are long and hold no patterns.
    if (name === 'vocab' || name === 'merges') return [];
    return name === 'Regex' && typeof inner === 'string' ? [inner] : patternsIn(inner);
  });
}

/** The build that is JavaScript throughout and starts no other program; it is large, and seldom needed. */
const openChecker = (): Checker => createRequire(import.meta.url)('recheck/lib/browser.js') as Checker;
