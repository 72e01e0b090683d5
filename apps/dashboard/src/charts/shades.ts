/** Colour scheme of the page behind a chart. */
export type Scheme = 'light' | 'dark';

interface Shades {
  /** Scale of one hue from the least to the most; the most contrasts most with the page in both schemes. */
  readonly scale: readonly [least: string, most: string];
  /** Scale for lines of trials; its least value must stay visible on the page. */
  readonly lines: readonly [least: string, most: string];
  /** Colour of names and numbers beside axes. */
  readonly text: string;
  /** Colour of axes. */
  readonly axis: string;
}

export const shades: Readonly<Record<Scheme, Shades>> = {
  light: { scale: ['#d3efdf', '#0f6a39'], lines: ['#7b8a98', '#09552c'], text: '#495057', axis: '#868e96' },
  dark: { scale: ['#1d4a33', '#a6dfbf'], lines: ['#74808b', '#77ce9d'], text: '#c9c9c9', axis: '#828282' },
};
