const TAIL = [1.00002368, 0.37409196, 0.09678418, -0.18628806, 0.27886807, -1.13520398, 1.48851587, -0.82215223, 0.17087277] as const;

/** P(Z > z) for z from 0 up, to seven digits of itself, so that small chances are right too (Numerical Recipes' erfc). */
export function normalTail(z: number): number {
  const x = z / Math.SQRT2;
  const t = 1 / (1 + x / 2);
  const series = TAIL.reduceRight((sum, coefficient) => coefficient + t * sum, 0);
  return (t / 2) * Math.exp(-x * x - 1.26551223 + t * series);
}
