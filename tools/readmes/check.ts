import { dirname, join, relative } from 'node:path';
import ts from 'typescript';
import { blocksOf, PageError, type Block } from './blocks.js';

/** Prefix of the virtual folder of a page's blocks, which exists only for the compiler. */
const FOLDER = 'code-of-';

/** Pages below a folder: READMEs, documents and the READMEs that generators write. */
export const pagesBelow = (root: string): string[] =>
  ts.sys.readDirectory(
    root,
    ['.md', '.md__tmpl__'],
    ['**/node_modules', '**/dist', '**/.*', 'results', 'demo-data'],
  );

interface Placed {
  readonly page: string;
  readonly block: Block;
}

/** Each block of some pages, by the path it is compiled as. */
function placed(pages: readonly string[], read: (page: string) => string): Map<string, Placed> {
  const files = new Map<string, Placed>();
  for (const page of pages) {
    for (const block of blocksIn(page, read(page))) {
      const folder = `${FOLDER}${page.slice(dirname(page).length + 1)}`;
      files.set(join(dirname(page), folder, block.file), { page, block });
    }
  }
  return files;
}

function blocksIn(page: string, text: string): Block[] {
  try {
    return blocksOf(text);
  } catch (cause) {
    if (cause instanceof PageError) throw new PageError(`${page}, ${cause.message}`, { cause });
    throw cause;
  }
}

const codeOf = ({ pieces }: Block): string => pieces.map(({ code }) => code).join('\n');

/** The line of the page at a line of a block's code, both from 1. */
function lineInPage({ pieces }: Block, line: number): number {
  let before = 0;
  for (const { line: first, code } of pieces) {
    const count = code.split('\n').length;
    if (line <= before + count) return first + line - before - 1;
    before += count;
  }
  throw new Error(`A block has no line ${line}.`);
}

/** The options of the repository, and what differs for an example: it may name what it does not use. */
function optionsOf(root: string): ts.CompilerOptions {
  const { config } = ts.readConfigFile(join(root, 'tsconfig.base.json'), ts.sys.readFile) as {
    config: { compilerOptions: object };
  };
  const { options } = ts.convertCompilerOptionsFromJson(config.compilerOptions, root);
  // What is built is read, as by users: it is smaller than the sources.
  const built: ts.CompilerOptions = { customConditions: [], composite: false, noEmit: true };
  const example: ts.CompilerOptions = { noUnusedLocals: false, noUnusedParameters: false };
  return { ...options, ...built, ...example, moduleDetection: ts.ModuleDetectionKind.Force };
}

export interface Checked {
  /** Blocks that were compiled. */
  readonly blocks: number;
  /** A sentence for each fault: `packages/graph/onnx/README.md:12: Cannot find name 'x'.` */
  readonly faults: readonly string[];
}

/**
 * Compiles the TypeScript of pages, all of it as one program.
 *
 * @param root of the repository, which is built
 * @param pages absolute paths
 * @throws PageError where a page's blocks cannot be told apart
 */
export function checkPages(
  root: string,
  pages: readonly string[],
  read = (page: string): string => ts.sys.readFile(page) ?? '',
): Checked {
  const files = placed(pages, read);
  const options = optionsOf(root);
  const host = ts.createCompilerHost(options);
  const disk = { fileExists: host.fileExists, readFile: host.readFile };
  const codeAt = (path: string): string | undefined => {
    const found = files.get(path);
    return found && codeOf(found.block);
  };
  const directories = new Set([...files.keys()].map(dirname));
  host.fileExists = (path) => files.has(path) || disk.fileExists(path);
  host.readFile = (path) => codeAt(path) ?? disk.readFile(path);
  host.directoryExists = (path) => directories.has(path) || ts.sys.directoryExists(path);
  host.getSourceFile = (path, version) => {
    const text = host.readFile(path);
    return text === undefined ? undefined : ts.createSourceFile(path, text, version);
  };
  const program = ts.createProgram([...files.keys()], options, host);
  const faults = [...files].flatMap(([path, { page, block }]) => {
    const source = program.getSourceFile(path);
    const found = [...program.getSyntacticDiagnostics(source), ...program.getSemanticDiagnostics(source)];
    return found.map(({ messageText, start = 0 }) => {
      const { line } = ts.getLineAndCharacterOfPosition(source as ts.SourceFile, start);
      const said = ts.flattenDiagnosticMessageText(messageText, '\n  ');
      return `${relative(root, page)}:${lineInPage(block, line + 1)}: ${said}`;
    });
  });
  return { blocks: files.size, faults };
}
