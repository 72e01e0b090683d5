/** State of the connection that delivers a study's events. */
export type Connection = 'connecting' | 'live' | 'lost';

/** Describes the connection beside a study's name; empty once the study has ended and no more events come. */
export function connectionText(connection: Connection, ended: boolean): string {
  if (connection === 'connecting') return 'connecting …';
  if (connection === 'lost') return 'not live';
  return ended ? '' : 'live';
}
