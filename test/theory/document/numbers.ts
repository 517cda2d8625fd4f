import type { Estimate } from '../acceptance.js';

/** Four significant digits: the same on every line of Node. */
export function digits(value: number): string {
  return value === 0 ? '0' : value.toPrecision(4);
}

export function signed(standardErrors: number): string {
  const text = standardErrors.toFixed(2);
  return standardErrors > 0 ? `+${text}` : text;
}

/** All seeds said the same, but for rounding. */
const NO_SPREAD = 1e-9;

/** `12.6 ± 0.3`: the standard error with one digit, the mean with no more places than that. */
export function withError({ mean, standardError }: Estimate, scale = 1): string {
  if (standardError <= NO_SPREAD * Math.abs(mean)) return mean === 0 ? '0' : (mean * scale).toPrecision(3);
  const places = Math.max(0, -Math.floor(Math.log10(standardError * scale)));
  return `${(mean * scale).toFixed(places)} ± ${(standardError * scale).toFixed(places)}`;
}

export function table(header: readonly string[], rows: readonly (readonly string[])[]): string {
  const line = (cells: readonly string[]): string => `| ${cells.join(' | ')} |`;
  return [line(header), line(header.map(() => '---')), ...rows.map(line)].join('\n');
}
