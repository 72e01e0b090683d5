import { floatAttribute, stringAttribute } from '../../graph/model.js';
import type { Emitter, Expansion } from './emitter.js';

/** x Φ(x) = x (1 + erf(x / √2)) / 2 (Hendrycks & Gimpel, 2016). */
function exact(e: Emitter, x: string): string {
  const erf = e.emit('Erf', [e.emit('Mul', [x, e.scalar(Math.SQRT1_2)])]);
  const doubled = e.emit('Mul', [x, e.emit('Add', [erf, e.scalar(1)])]);
  return e.emit('Mul', [doubled, e.scalar(0.5)]);
}

/** x (1 + tanh(√(2/π) (x + 0.044715 x³))) / 2. */
function approximate(e: Emitter, x: string): string {
  const cube = e.emit('Mul', [e.emit('Mul', [x, x]), x]);
  const inner = e.emit('Add', [x, e.emit('Mul', [cube, e.scalar(0.044715)])]);
  const tanh = e.emit('Tanh', [e.emit('Mul', [inner, e.scalar(Math.sqrt(2 / Math.PI))])]);
  const doubled = e.emit('Mul', [x, e.emit('Add', [tanh, e.scalar(1)])]);
  return e.emit('Mul', [doubled, e.scalar(0.5)]);
}

/** The sum with a bias, where there is one. */
const biased = (e: Emitter): string =>
  e.input(1) === '' ? e.input(0) : e.emit('Add', [e.input(0), e.input(1)]);

/** The standard operator since operator set 20, and com.microsoft's. */
export const gelu: Expansion = (e) => {
  const tanh = stringAttribute(e.node, 'approximate', 'none') === 'tanh';
  e.give(0, (tanh ? approximate : exact)(e, e.input(0)));
};

export const biasGelu: Expansion = (e) => e.give(0, exact(e, biased(e)));

export const fastGelu: Expansion = (e) => e.give(0, approximate(e, biased(e)));

/** x σ(α x). */
export const quickGelu: Expansion = (e) => {
  const scaled = e.emit('Mul', [e.input(0), e.scalar(floatAttribute(e.node, 'alpha', 1.702))]);
  e.give(0, e.emit('Mul', [e.input(0), e.emit('Sigmoid', [scaled])]));
};
