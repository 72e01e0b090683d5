/** How a page hears of what happens to a study. */
export type Connection = 'connecting' | 'live' | 'lost';

/** What is said of a connection beside the name of a study; nothing of one that has nothing to tell any more. */
export function connectionText(connection: Connection, ended: boolean): string {
  if (connection === 'connecting') return 'connecting …';
  if (connection === 'lost') return 'not live';
  return ended ? '' : 'live';
}
