import { logGamma } from '../measure/gate/beta.js';

const MOST_TERMS = 10_000;

/** P(shape, x): the share of a gamma law with this shape and scale 1 below x (Numerical Recipes 6.2). @param x from 0 up */
export function gammaBelow(shape: number, x: number): number {
  if (x <= 0) return 0;
  const front = Math.exp(shape * Math.log(x) - x - logGamma(shape));
  return x < shape + 1 ? front * series(shape, x) : 1 - front * fraction(shape, x);
}

function series(shape: number, x: number): number {
  let term = 1 / shape;
  let sum = term;
  for (let n = 1; n < MOST_TERMS && term > sum * 1e-15; n++) {
    term *= x / (shape + n);
    sum += term;
  }
  return sum;
}

/** Lentz's way through the continued fraction. */
function fraction(shape: number, x: number): number {
  let b = x + 1 - shape;
  let c = 1e300;
  let d = 1 / b;
  let value = d;
  for (let n = 1; n < MOST_TERMS; n++) {
    const a = -n * (n - shape);
    b += 2;
    d = 1 / (a * d + b);
    c = b + a / c;
    const change = c * d;
    value *= change;
    if (Math.abs(change - 1) < 1e-15) break;
  }
  return value;
}

/** The derivative of the logarithm of the gamma function: upwards by recurrence, then its asymptotic series. @param x above 0 */
function digamma(x: number): number {
  let shift = 0;
  let at = x;
  for (; at < 10; at++) shift -= 1 / at;
  const square = 1 / (at * at);
  return shift + Math.log(at) - 1 / (2 * at) - square * (1 / 12 - square * (1 / 120 - square / 252));
}

/** The shape whose likelihood is greatest: ln k − ψ(k) = ln(mean) − mean(ln). @param gap that difference, above 0 */
export function gammaShape(gap: number): number {
  let low = 1e-6;
  let high = 1e9;
  // The left side falls from infinity to 0. Halving logarithms until nothing is left to halve.
  for (let n = 0; n < 200; n++) {
    const middle = Math.sqrt(low * high);
    if (Math.log(middle) - digamma(middle) > gap) low = middle;
    else high = middle;
  }
  return high;
}
