import type { Rule, RuleContext } from '../rule.js';

/** Sums a gradient of the output's shape down to the shape of input `index`, where it is wanted. */
const unbroadcast = (context: RuleContext, index: number, make: () => string): string | null =>
  context.needs(index) ? context.b.sumTo(make(), context.dims(index)) : null;

export const add: Rule = (c) => c.node.inputs.map((_, i) => unbroadcast(c, i, () => c.dy));

export const mean: Rule = (c) => {
  const share = c.b.binary('Mul', c.dy, c.b.scalar(1 / c.node.inputs.length));
  return c.node.inputs.map((_, i) => unbroadcast(c, i, () => share));
};

export const sub: Rule = (c) => [
  unbroadcast(c, 0, () => c.dy),
  unbroadcast(c, 1, () => c.b.unary('Neg', c.dy)),
];

export const mul: Rule = (c) => [
  unbroadcast(c, 0, () => c.b.binary('Mul', c.dy, c.input(1))),
  unbroadcast(c, 1, () => c.b.binary('Mul', c.dy, c.input(0))),
];

/**
 * d(a/b) = da / b - a/b db / b. A divisor of 0 counts as 1, and so its gradient is 0 where nothing reads the
 * quotient, as behind a Where.
 */
export const div: Rule = (c) => {
  const divisor = safeDivisor(c);
  const share = c.b.binary('Div', c.dy, divisor);
  return [
    unbroadcast(c, 0, () => share),
    unbroadcast(c, 1, () =>
      c.b.unary('Neg', c.b.binary('Div', c.b.binary('Mul', share, c.input(0)), divisor)),
    ),
  ];
};

function safeDivisor(c: RuleContext): string {
  const values = c.constant(1)?.data;
  if (values !== undefined && values.length > 0 && !values.some((value) => Number(value) === 0)) {
    return c.input(1);
  }
  return c.b.binary('Add', c.input(1), c.b.isZero(c.input(1)));
}

export const neg: Rule = (c) => [c.b.unary('Neg', c.dy)];

export const identity: Rule = (c) => [c.dy];

/** The second input gives its type alone. */
export const castLike: Rule = (c) => [c.dy, null];

export const abs: Rule = (c) => [c.b.binary('Mul', c.dy, c.b.unary('Sign', c.input(0)))];

/** The largest float32. */
const LARGEST = 3.4028234663852886e38;

/** Not beyond the largest number, so that what overflowed and is not read counts 0, and not 0 times infinity. */
export const exp: Rule = (c) => {
  const y = c.node.outputs[0] as string;
  return [c.b.binary('Mul', c.dy, c.b.emit('Min', [y, c.b.scalar(LARGEST)], c.b.dims(y)))];
};

/** 0 at 0, where the logarithm has no slope. */
export const log: Rule = (c) => [c.b.safeDivide(c.dy, c.input(0))];

/** 0 at 0, where the root has no slope: so a norm that is written out has none at a vector of zeros. */
export const sqrt: Rule = (c) => {
  const half = c.b.binary('Mul', c.dy, c.b.scalar(0.5));
  return [c.b.safeDivide(half, c.node.outputs[0] as string)];
};

/** y = 1/x, dy/dx = -1/x²; 0 at 0. */
export const reciprocal: Rule = (c) => [
  c.b.unary('Neg', c.b.safeDivide(c.b.safeDivide(c.dy, c.input(0)), c.input(0))),
];

/** d(a^p) = p a^(p-1) da + ln(a) a^p dp; at a base of 0 a slope that is not finite counts as 0. */
export const pow: Rule = (c) => [
  unbroadcast(c, 0, () => {
    const lowered = c.b.binary('Pow', powerBase(c), c.b.binary('Sub', c.input(1), c.b.scalar(1)));
    return c.b.binary('Mul', c.dy, c.b.binary('Mul', c.input(1), lowered));
  }),
  unbroadcast(c, 1, () => {
    const base = c.b.binary('Add', c.input(0), c.b.isZero(c.input(0)));
    const scaled = c.b.binary('Mul', c.node.outputs[0] as string, c.b.unary('Log', base));
    return c.b.binary('Mul', c.dy, scaled);
  }),
];

/** The base; infinity, whose negative powers are 0, where it is 0 and the exponent is below 1, as in a root. */
function powerBase(c: RuleContext): string {
  const exponents = c.constant(1)?.data;
  if (exponents !== undefined && exponents.every((value) => Number(value) >= 1)) return c.input(0);
  const dims = c.b.dims(c.node.outputs[0] as string);
  const zero = c.b.emit('Equal', [c.input(0), c.b.scalar(0)], c.dims(0));
  const below = c.b.emit('Less', [c.input(1), c.b.scalar(1)], c.dims(1));
  const endless = c.b.emit('And', [zero, below], dims);
  return c.b.emit('Where', [endless, c.b.scalar(Infinity), c.input(0)], dims);
}

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

const square = (c: RuleContext, name: string): string => c.b.binary('Mul', name, name);

/** 1 + x² or 1 - x². */
const onePlus = (c: RuleContext, sign: 'Add' | 'Sub', name = c.input(0)): string =>
  c.b.binary(sign, c.b.scalar(1), square(c, name));

/** y' = 1 + y². */
export const tan: Rule = (c) => [c.b.binary('Mul', c.dy, onePlus(c, 'Add', c.node.outputs[0]))];

/** y' = 1 / √(1 - x²). */
export const asin: Rule = (c) => [c.b.safeDivide(c.dy, c.b.unary('Sqrt', onePlus(c, 'Sub')))];

export const acos: Rule = (c) => [
  c.b.unary('Neg', c.b.safeDivide(c.dy, c.b.unary('Sqrt', onePlus(c, 'Sub')))),
];

/** y' = 1 / (1 + x²). */
export const atan: Rule = (c) => [c.b.binary('Div', c.dy, onePlus(c, 'Add'))];

export const sinh: Rule = (c) => [c.b.binary('Mul', c.dy, c.b.unary('Cosh', c.input(0)))];

export const cosh: Rule = (c) => [c.b.binary('Mul', c.dy, c.b.unary('Sinh', c.input(0)))];

/** y' = 1 / √(1 + x²). */
export const asinh: Rule = (c) => [c.b.binary('Div', c.dy, c.b.unary('Sqrt', onePlus(c, 'Add')))];

/** y' = 1 / √(x² - 1). */
export const acosh: Rule = (c) => {
  const root = c.b.unary('Sqrt', c.b.binary('Sub', square(c, c.input(0)), c.b.scalar(1)));
  return [c.b.safeDivide(c.dy, root)];
};

/** y' = 1 / (1 - x²). */
export const atanh: Rule = (c) => [c.b.safeDivide(c.dy, onePlus(c, 'Sub'))];
