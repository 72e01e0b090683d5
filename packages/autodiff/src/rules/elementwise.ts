import type { Rule, RuleContext } from '../rule.js';

/** Sums a gradient of the output's shape down to the shape of input `index`, where it is wanted. */
const unbroadcast = (context: RuleContext, index: number, make: () => string): string | null =>
  context.needs(index) ? context.b.sumTo(make(), context.dims(index)) : null;

export const add: Rule = (c) => c.node.inputs.map((_, i) => unbroadcast(c, i, () => c.dy));

export const sub: Rule = (c) => [
  unbroadcast(c, 0, () => c.dy),
  unbroadcast(c, 1, () => c.b.unary('Neg', c.dy)),
];

export const mul: Rule = (c) => [
  unbroadcast(c, 0, () => c.b.binary('Mul', c.dy, c.input(1))),
  unbroadcast(c, 1, () => c.b.binary('Mul', c.dy, c.input(0))),
];

/** d(a/b) = da / b - y db / b with y = a/b. */
export const div: Rule = (c) => [
  unbroadcast(c, 0, () => c.b.binary('Div', c.dy, c.input(1))),
  unbroadcast(c, 1, () => {
    const scaled = c.b.binary('Div', c.b.binary('Mul', c.dy, c.node.outputs[0] as string), c.input(1));
    return c.b.unary('Neg', scaled);
  }),
];

export const neg: Rule = (c) => [c.b.unary('Neg', c.dy)];

export const identity: Rule = (c) => [c.dy];

/** The second input gives its type alone. */
export const castLike: Rule = (c) => [c.dy, null];

export const abs: Rule = (c) => [c.b.binary('Mul', c.dy, c.b.unary('Sign', c.input(0)))];

export const exp: Rule = (c) => [c.b.binary('Mul', c.dy, c.node.outputs[0] as string)];

export const log: Rule = (c) => [c.b.binary('Div', c.dy, c.input(0))];

export const sqrt: Rule = (c) => {
  const half = c.b.binary('Mul', c.dy, c.b.scalar(0.5));
  return [c.b.binary('Div', half, c.node.outputs[0] as string)];
};

/** y = 1/x, dy/dx = -y². */
export const reciprocal: Rule = (c) => {
  const y = c.node.outputs[0] as string;
  return [c.b.unary('Neg', c.b.binary('Mul', c.dy, c.b.binary('Mul', y, y)))];
};

/** d(a^p) = p a^(p-1) da + ln(a) a^p dp. */
export const pow: Rule = (c) => [
  unbroadcast(c, 0, () => {
    const lowered = c.b.binary('Pow', c.input(0), c.b.binary('Sub', c.input(1), c.b.scalar(1)));
    return c.b.binary('Mul', c.dy, c.b.binary('Mul', c.input(1), lowered));
  }),
  unbroadcast(c, 1, () => {
    const scaled = c.b.binary('Mul', c.node.outputs[0] as string, c.b.unary('Log', c.input(0)));
    return c.b.binary('Mul', c.dy, scaled);
  }),
];

const FLOAT = 1;

/** A condition as 0 and 1; a product with it is several times as fast as `Where` with a scalar. */
const asNumber = (c: RuleContext, condition: string): string =>
  c.b.emit('Cast', [condition], c.b.dims(condition), { to: FLOAT });

/** The gradient goes to the inputs that equal the result; the first of equal ones takes it. */
export const extremum: Rule = (c) => {
  const y = c.node.outputs[0] as string;
  let rest = c.dy;
  return c.node.inputs.map((input, i) => {
    const gradient = c.b.binary('Mul', rest, asNumber(c, c.b.emit('Equal', [input, y], c.b.dims(y))));
    rest = c.b.binary('Sub', rest, gradient);
    return unbroadcast(c, i, () => gradient);
  });
};

export const where: Rule = (c) => {
  const chosen = asNumber(c, c.input(0));
  return [
    null,
    unbroadcast(c, 1, () => c.b.binary('Mul', c.dy, chosen)),
    unbroadcast(c, 2, () => c.b.binary('Mul', c.dy, c.b.binary('Sub', c.b.scalar(1), chosen))),
  ];
};

/** d erf(x) = 2/sqrt(pi) exp(-x²). */
export const erf: Rule = (c) => {
  const x = c.input(0);
  const bell = c.b.unary('Exp', c.b.unary('Neg', c.b.binary('Mul', x, x)));
  return [c.b.binary('Mul', c.dy, c.b.binary('Mul', bell, c.b.scalar(2 / Math.sqrt(Math.PI))))];
};

export const sin: Rule = (c) => [c.b.binary('Mul', c.dy, c.b.unary('Cos', c.input(0)))];

export const cos: Rule = (c) => [c.b.unary('Neg', c.b.binary('Mul', c.dy, c.b.unary('Sin', c.input(0))))];
