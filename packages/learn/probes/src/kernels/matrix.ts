/** Numbers row after row. */
export interface Matrix {
  readonly rows: number;
  readonly columns: number;
  readonly data: Float32Array;
}

export const matrix = (rows: number, columns: number, data?: Float32Array): Matrix => ({
  rows,
  columns,
  data: data ?? new Float32Array(rows * columns),
});
