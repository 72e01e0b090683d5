/** Messages of ONNX Runtime, by pattern, and the same for people; the first that matches counts. */
const reasons: readonly (readonly [RegExp, (groups: readonly string[]) => string])[] = [
  [
    /Could not find an implementation for (\w+)\(\d+\) node with name '([^']*)'/,
    ([, operator, name]) =>
      `the operator ${operator}${at(name)} does not compute with the numbers it is given here`,
  ],
  [
    /(?:No Op registered for|No opset import.*op_type|Fatal error:) (?:[\w.]+:)?(\w+)/,
    ([, operator]) => `there is no operator ${operator} in its operator set`,
  ],
  [
    /running Reshape node\. Name:'([^']*)'.*Input shape:\{([\d,]*)\}, requested shape:\{([\d,-]*)\}/s,
    ([, name, from, to]) =>
      `a Reshape${at(name)} makes [${to}] of everything, and cannot of [${from}]: the batch is fixed in it; ` +
      'export the model with a batch that is free',
  ],
  [
    /Got invalid dimensions for input: (\S+).*?index: (\d+) Got: (-?\d+) Expected: (-?\d+)/s,
    ([, input, axis, got, expected]) =>
      `axis ${axis} of its input ${input} is ${expected}, and ${got} was given`,
  ],
  [
    /Unexpected input data type\. Actual: \(?tensor\((\w+)\)\)?\s*, expected: \(?tensor\((\w+)\)\)?/,
    ([, actual, expected]) => `its input takes numbers of type ${expected}, and ${actual} was given`,
  ],
  [
    /Type Error: Type(?: parameter)?.*?of operator \(?(\w+)\)? (?:in )?node \(?'?([^)']*)/s,
    ([, operator, name]) => `the operator ${operator}${at(name)} is given numbers of the wrong type`,
  ],
  [
    /(?:running|node:|Node) \(?(\w+)\)? (?:node|Op|Node|\()/,
    ([, operator]) => `its operator ${operator} does not fit what it is given`,
  ],
  [
    /(lib[\w.+-]+): cannot open shared object file/,
    ([, library]) => `the library ${library} that it needs is not there`,
  ],
  [/Failed to allocate memory|bad allocation|bad_alloc/i, () => 'it takes more memory than there is'],
];

const at = (name: string | undefined): string => (name === undefined || name === '' ? '' : ` at '${name}'`);

/**
 * Why ONNX Runtime does not run a graph, in words for people: its own hold paths of the machine it was
 * built on. They stay in the error's cause.
 */
export function runtimeReason(cause: unknown): string {
  const message = cause instanceof Error ? cause.message : String(cause);
  for (const [pattern, say] of reasons) {
    const match = pattern.exec(message);
    if (match !== null) return say(match);
  }
  return 'one of its operators is malformed, or not supported (ESPALIER_DEBUG=1 shows which)';
}
