/** The commands of a page as one script, in which its files are written where the page shows them. */
export function scriptOf(page: string): string {
  const blocks = page.matchAll(/^```(sh|ts file=(\S+))\n([\s\S]*?)^```$/gm);
  return [...blocks]
    .map(([, , file, content = '']) =>
      file === undefined ? content : `cat > ${file} <<'END-OF-FILE'\n${content}END-OF-FILE\n`,
    )
    .join('\n');
}
