/** A figure as people read it: 3.94 M, 105 k, 82.4. */
export function showFigure(value: number): string {
  if (value >= 999_500) return `${(value / 1e6).toPrecision(3)} M`;
  if (value >= 100_000) return `${(value / 1e3).toPrecision(3)} k`;
  if (value >= 1_000) return Math.round(value).toLocaleString('en');
  return value.toPrecision(3);
}

export function showRatio(value: number): string {
  return value >= 10 ? value.toFixed(1) : value.toFixed(2);
}
