/** Values as a scenario file writes them, exact: read back they are the same number. */

/** Whole µs: `12000000us`. @param ms rounded to whole µs, at least 1 */
export function durationOfMs(ms: number): string {
  return `${plainDecimal(Math.max(1, Math.round(ms * 1000)))}us`;
}

/** `0.497/s`. */
export function rateOf(perSecond: number): string {
  return `${plainDecimal(perSecond)}/s`;
}

/** Without an exponent: the format has none. @param value from 0 up */
export function plainDecimal(value: number): string {
  const text = String(value);
  const [digits = '', exponent] = text.split('e');
  if (exponent === undefined) return text;
  const [whole = '', fraction = ''] = digits.split('.');
  const places = Number(exponent);
  if (places < 0) return `0.${'0'.repeat(-places - 1)}${whole}${fraction}`;
  return `${whole}${fraction.padEnd(places, '0')}`;
}
