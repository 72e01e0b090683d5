import { isIPv4 } from 'node:net';

/** Whether only programs on this machine can reach an address. */
export const isLoopback = (host: string): boolean =>
  host === 'localhost' || host === '::1' || host === '[::1]' || (isIPv4(host) && host.startsWith('127.'));

/** The name or address in a Host header, without its port. */
export const hostName = (header: string): string => header.replace(/:\d+$/, '');
