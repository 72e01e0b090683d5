/** Folders that systems and programs leave behind, in small letters. */
const leftFolders: ReadonlySet<string> = new Set([
  '__macosx',
  '__pycache__',
  '@eadir',
  '#recycle',
  '#snapshot',
  '$recycle.bin',
  'lost+found',
  'recycler',
  'system volume information',
]);

const leftFiles: ReadonlySet<string> = new Set(['desktop.ini', 'ehthumbs.db', 'thumbs.db']);

/** Whether a file or folder is hidden, or left behind by a system: it is no part of a dataset. */
export const isLeftover = (name: string): boolean =>
  name.startsWith('.') || leftFolders.has(name.toLowerCase()) || leftFiles.has(name.toLowerCase());
