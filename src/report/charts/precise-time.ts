import { formatSeconds } from '../format.js';

const PARTS = [
  { seconds: 86_400, unit: 'd' },
  { seconds: 3600, unit: 'h' },
  { seconds: 60, unit: 'm' },
] as const;

/** A time so exact that times a step apart look different: `1m 40.05s`, `2h 20m 15s`. */
export function preciseTime(seconds: number, stepS: number): string {
  if (seconds < 60) return formatSeconds(seconds);
  const decimals = stepS >= 1 ? 0 : Math.ceil(-Math.log10(stepS) - 1e-9);
  const words: string[] = [];
  let rest = Number(seconds.toFixed(decimals));
  for (const part of PARTS) {
    const whole = Math.floor(rest / part.seconds);
    if (whole > 0) words.push(`${whole}${part.unit}`);
    rest -= whole * part.seconds;
  }
  const left = Number(rest.toFixed(decimals));
  return [...words, ...(left > 0 ? [`${left}s`] : [])].join(' ');
}
