import type { StudyReport } from '@espalier/study';
/** Okabe and Ito's palette: told apart by colour-blind readers too. */
export const colours = {
  best: '#0072b2',
  baseline: '#d55e00',
  other: '#b8b8b8',
  text: '#333333',
  line: '#666666',
} as const;

/** Viridis: even in brightness, so that order survives in grey. */
export const scale = ['#440154', '#3b528b', '#21918c', '#5ec962', '#fde725'];

/** Formats the values of a report's objective at an axis. */
export const tickOf = ({ search: { objective } }: StudyReport): ((value: number) => string) =>
  objective.unit === 'share' ? percentTick : (value) => String(Number(value.toPrecision(3)));

export const percentTick = (share: number): string => `${Number((share * 100).toFixed(1))} %`;

export const heading = (text: string, left: number | string = 16, top = 10, size = 15) => ({
  text,
  left,
  top,
  textStyle: { fontSize: size, color: colours.text, fontWeight: 'bold' as const },
});

/** An axis name in the middle of the axis. */
export const named = (name: string, gap: number) => ({
  name,
  nameLocation: 'middle' as const,
  nameGap: gap,
  nameTextStyle: { color: colours.text },
  axisLabel: { color: colours.text },
});
