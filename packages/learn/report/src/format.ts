export { scientific } from '@espalier/study/scientific';

/** As in `93.3 %`. */
export const percent = (share: number): string => `${(share * 100).toFixed(1)} %`;

/** As in `0.85`: at most three digits. */
export const plain = (value: number): string => String(Number(value.toPrecision(3)));

/** As in `0.421`. */
export const fixed = (value: number): string => value.toFixed(3);

/** As in `11,689,512`. */
export const thousands = (value: number): string => value.toLocaleString('en-US');

/** As in `1 example`, `2 examples`. */
export const counted = (count: number, one: string, many = `${one}s`): string =>
  `${thousands(count)} ${count === 1 ? one : many}`;

/** As in `under 0.1 s`, `0.4 s`, `48 s`, `2 min 05 s` and `1 h 02 min`. */
export function duration(seconds: number): string {
  if (seconds > 0 && seconds < 0.05) return 'under 0.1 s';
  if (seconds < 9.95) return `${Number(seconds.toFixed(1))} s`;
  const whole = Math.round(seconds);
  const two = (value: number): string => String(value).padStart(2, '0');
  if (whole < 60) return `${whole} s`;
  if (whole < 3600) return `${Math.floor(whole / 60)} min ${two(whole % 60)} s`;
  const minutes = Math.round(whole / 60);
  return `${Math.floor(minutes / 60)} h ${two(minutes % 60)} min`;
}

/** A word of a command line, in quotes where a shell needs them. */
export const quoted = (text: string): string =>
  /^[\w./:=@%+,-]+$/.test(text) ? text : `'${text.replaceAll("'", `'\\''`)}'`;
