/** Softmax of each row of [rows, classes], in double precision. */
export function softmaxRows(logits: Float32Array, classes: number): Float32Array {
  const result = new Float32Array(logits.length);
  for (let start = 0; start < logits.length; start += classes) {
    const row = logits.subarray(start, start + classes);
    const most = row.reduce((a, b) => Math.max(a, b), -Infinity);
    const exponentials = Array.from(row, (z) => Math.exp(z - most));
    const total = exponentials.reduce((a, b) => a + b, 0);
    exponentials.forEach((e, i) => (result[start + i] = e / total));
  }
  return result;
}
