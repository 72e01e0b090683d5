/** What a chart is drawn on. */
export type Scheme = 'light' | 'dark';

interface Shades {
  /** From the least to the most, of one hue: the most differs most from the page in light and in dark. */
  readonly scale: readonly [least: string, most: string];
  /** Lines of trials, which even the least must not sink into the page. */
  readonly lines: readonly [least: string, most: string];
  /** Names and numbers beside axes. */
  readonly text: string;
  /** Axes themselves. */
  readonly axis: string;
}

export const shades: Readonly<Record<Scheme, Shades>> = {
  light: { scale: ['#d3efdf', '#0f6a39'], lines: ['#7b8a98', '#09552c'], text: '#495057', axis: '#868e96' },
  dark: { scale: ['#1d4a33', '#a6dfbf'], lines: ['#74808b', '#77ce9d'], text: '#c9c9c9', axis: '#828282' },
};
