import { build, decodeFromCompressedBase64, encodeIntoCompressedBase64, type Histogram } from 'hdr-histogram-js';
import type { PacingTally } from '../pacing-tally.js';

/** What several threads counted, as one. Histograms are added whole. */
export function merged(tallies: readonly PacingTally[]): PacingTally {
  const sum = (of: (tally: PacingTally) => number): number => tallies.reduce((total, tally) => total + of(tally), 0);
  const added = (of: (tally: PacingTally) => string): string => addedHistograms(tallies.map(of).filter((text) => text !== ''));
  return {
    planned: sum(({ planned }) => planned),
    sent: sum(({ sent }) => sent),
    dropped: sum(({ dropped }) => dropped),
    httpRequests: sum(({ httpRequests }) => httpRequests),
    sendErrorUs: added(({ sendErrorUs }) => sendErrorUs),
    loopLagUs: added(({ loopLagUs }) => loopLagUs),
    httpUs: added(({ httpUs }) => httpUs),
    cpuUs: sum(({ cpuUs }) => cpuUs),
    wallMs: Math.max(0, ...tallies.map(({ wallMs }) => wallMs)),
  };
}

function addedHistograms(texts: readonly string[]): string {
  const [first] = texts;
  if (first === undefined || texts.length === 1) return first ?? '';
  const whole: Histogram = build({ numberOfSignificantValueDigits: 3 });
  for (const text of texts) whole.add(decodeFromCompressedBase64(text));
  return encodeIntoCompressedBase64(whole);
}
