/** Both tails together leave 5 %. */
const TWO_SIDED_95 = 0.975;

/** Quantiles for 95 % intervals by degrees of freedom: a result asks for the same ones thousands of times. */
const known = new Map<number, number>();

/** @param df degrees of freedom, a whole number from 1 up @returns t such that 95 % of the distribution lie within -t and t */
export function studentT95(df: number): number {
  let t = known.get(df);
  if (t === undefined) {
    t = studentTQuantile(TWO_SIDED_95, df);
    known.set(df, t);
  }
  return t;
}

/**
 * Quantile of Student's t distribution, to about twelve digits.
 * @param share from 0.5 up, below 1
 * @param df degrees of freedom, a whole number from 1 up
 */
export function studentTQuantile(share: number, df: number): number {
  if (!(share >= 0.5 && share < 1)) throw new RangeError(`expected a share from 0.5 up and below 1, got ${share}`);
  if (!(Number.isInteger(df) && df >= 1)) throw new RangeError(`expected a whole number of degrees of freedom from 1 up, got ${df}`);
  const wanted = 2 * share - 1;
  let low = 0;
  let high = Math.PI / 2;
  // Halving an angle until two neighbouring doubles are left: no starting value to get wrong, the same steps everywhere.
  for (let middle = high / 2; middle > low && middle < high; middle = (low + high) / 2) {
    if (shareWithin(middle, df) < wanted) low = middle;
    else high = middle;
  }
  return Math.sqrt(df) * Math.tan(low);
}

/** P(-t <= T <= t) with t = sqrt(df) tan(angle): for whole df a finite sum (Abramowitz and Stegun 26.7.3 and 26.7.4). */
function shareWithin(angle: number, df: number): number {
  const cos = Math.cos(angle);
  const isOdd = df % 2 === 1;
  let term = isOdd ? cos : 1;
  let sum = df === 1 ? 0 : term;
  for (let power = isOdd ? 3 : 2; power <= df - 2; power += 2) {
    term *= ((power - 1) / power) * cos * cos;
    sum += term;
  }
  const rest = Math.sin(angle) * sum;
  return isOdd ? (2 / Math.PI) * (angle + rest) : rest;
}
