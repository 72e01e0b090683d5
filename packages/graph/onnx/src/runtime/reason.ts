/** Messages of ONNX Runtime, by pattern, and the same for people; the first that matches counts. */
const reasons: readonly (readonly [RegExp, (groups: readonly string[]) => string])[] = [
  [
    /Could not find an implementation for (\w+)\(\d+\) node with name '([^']*)'/,
    ([, operator, name]) =>
      `the operator ${operator}${at(name)} has no implementation for the types of its inputs`,
  ],
  [
    /(?:No Op registered for|No opset import.*op_type|Fatal error:) (?:[\w.]+:)?(\w+)/,
    ([, operator]) => `its operator set has no operator ${operator}`,
  ],
  [
    /running Reshape node\. Name:'([^']*)'.*Input shape:\{([\d,]*)\}, requested shape:\{([\d,-]*)\}/s,
    ([, name, from, to]) =>
      `a Reshape${at(name)} cannot reshape [${from}] to [${to}], because its batch size is fixed; ` +
      'export the model with a dynamic batch axis',
  ],
  [
    /Got invalid dimensions for input: (\S+).*?index: (\d+) Got: (-?\d+) Expected: (-?\d+)/s,
    ([, input, axis, got, expected]) =>
      `axis ${axis} of its input ${input} must be ${expected} but was ${got}`,
  ],
  [
    /Unexpected input data type\. Actual: \(?tensor\((\w+)\)\)?\s*, expected: \(?tensor\((\w+)\)\)?/,
    ([, actual, expected]) => `its input must be of type ${expected} but was ${actual}`,
  ],
  [
    /Type Error: Type(?: parameter)?.*?of operator \(?(\w+)\)? (?:in )?node \(?'?([^)']*)/s,
    ([, operator, name]) => `the operator ${operator}${at(name)} has an input of the wrong type`,
  ],
  [
    /(?:running|node:|Node) \(?(\w+)\)? (?:node|Op|Node|\()/,
    ([, operator]) => `its operator ${operator} does not accept its inputs`,
  ],
  [/(lib[\w.+-]+): cannot open shared object file/, ([, library]) => `the library ${library} is missing`],
  [/Failed to allocate memory|bad allocation|bad_alloc/i, () => 'it needs more memory than is available'],
];

const at = (name: string | undefined): string => (name === undefined || name === '' ? '' : ` at '${name}'`);

/**
 * Describes why ONNX Runtime does not run a graph. Its own messages contain paths of the machine it was
 * built on. They stay in the error's cause.
 */
export function runtimeReason(cause: unknown): string {
  const message = cause instanceof Error ? cause.message : String(cause);
  for (const [pattern, say] of reasons) {
    const match = pattern.exec(message);
    if (match !== null) return say(match);
  }
  return 'one of its operators is malformed or not supported (ESPALIER_DEBUG=1 shows which)';
}
