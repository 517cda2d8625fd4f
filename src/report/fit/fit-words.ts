import { FEW_ROWS, type FitResult, type FittedPart } from '../../measure/capacity/fit-result.js';
import { formatMs, formatNumber, formatShare, plural } from '../format.js';
import { rowsLine } from '../recorded-rows.js';

/** What a fit says, line by line, for a terminal and for Markdown. */
export function factRows(fit: FitResult): readonly (readonly [string, string])[] {
  const { service } = fit;
  return [
    ['rows', rowsLine(fit).text],
    ['span', formatMs(fit.spanMs)],
    ['rate', `${formatNumber(fit.ratePerSecond)}/s on average, ${formatNumber(fit.peakPerSecond)}/s at its busiest`],
    ['burstiness', `${dispersionText(fit)} (variance over mean of counts; Poisson: 1)`],
    ['gaps', `squared variation ${formatNumber(fit.gapScv)} (Poisson: 1), ${formatNumber(fit.meanBatch)} arrivals at one instant`],
    ...(service === undefined
      ? []
      : ([
          ['service', `mean ${formatMs(service.meanMs)}, cv ${formatNumber(service.cv)}`],
          ['', `p50 ${formatMs(service.p50Ms)}, p95 ${formatMs(service.p95Ms)}, p99 ${formatMs(service.p99Ms)}, longest ${formatMs(service.maxMs)}`],
        ] as const)),
  ];
}

function dispersionText({ dispersion }: FitResult): string {
  return dispersion.map(({ windowMs, index }) => `${formatNumber(index)} over ${formatMs(windowMs)}`).join(', ') || 'unknown';
}

/** The busiest hours of the day, most first; undefined: the trace is shorter than a day. */
export function busiestHours({ hours, spanMs }: FitResult): string | undefined {
  if (spanMs < 86_400_000) return undefined;
  const sorted = hours.map((share, hour) => ({ share, hour })).sort((one, other) => other.share - one.share || one.hour - other.hour);
  return sorted
    .slice(0, 3)
    .map(({ share, hour }) => `${String(hour).padStart(2, '0')}:00 ${formatShare(share)}`)
    .join(', ');
}

/** Whether the fitted load may be planned with, before anything else; undefined: nothing could be checked. */
export function headline({
  verdict,
  used,
  checks = [],
  arrivalModels,
  chosen,
}: FitResult): { readonly mark: '✓' | '✗' | '?'; readonly text: string } | undefined {
  if (verdict === 'notChecked') return undefined;
  if (verdict === 'tooFewRows')
    return {
      mark: '?',
      text: `Too few rows to tell whether the fitted load may be planned with (${used}; it takes ${FEW_ROWS}). Plan with the trace itself.`,
    };
  if (verdict !== 'unlike') {
    const isRecorded = arrivalModels[chosen.arrivals]?.model === 'recordedRate';
    const what =
      verdict === 'alike'
        ? 'The fitted load may be planned with: what decides a limit is'
        : 'The fitted load may be planned with, its arrivals only, for the trace has no service times: how they come together is';
    const another = isRecorded ? ' It repeats the rate as it was recorded; another week will differ.' : '';
    return { mark: '✓', text: `${what} within about a quarter of the trace, or no further off than chance.${another}` };
  }
  const off = checks.filter((check) => check.verdict !== 'alike');
  const isCalmer = off.some((check) => check.verdict === 'calmer');
  const isWilder = off.some((check) => check.verdict === 'wilder');
  const how = isCalmer && isWilder ? 'calmer than the trace in some ways and wilder in others' : isCalmer ? 'calmer than the trace' : 'wilder than the trace';
  const limits = isCalmer ? (isWilder ? 'wrong' : 'too small') : 'too large';
  return { mark: '✗', text: `Do not plan with the fitted load: it is ${how}, and limits would come out ${limits}. Plan with the trace itself.` };
}

/** What decides a limit: of the trace, and of what the fitted load makes. */
export function checkRows({ checks = [] }: FitResult): readonly { readonly isAlike: boolean; readonly cells: readonly [string, string, string, string] }[] {
  return checks.map(({ what, trace, low, high, verdict }) => ({
    isAlike: verdict === 'alike',
    cells: [what, formatNumber(trace), `${formatNumber(low)} to ${formatNumber(high)}`, verdict],
  }));
}

/** `team-3`, or `12 others`. */
export function partName({ name, names }: FittedPart): string {
  return name ?? plural(names, 'other');
}

/** What one tenant or endpoint asks for, by itself. */
export function partText({ requests, share, ratePerSecond, peakPerSecond, arrivals, service, isAlike }: FittedPart): string {
  return [
    `${plural(requests, 'request')}, ${formatShare(share)} of all`,
    `${formatNumber(ratePerSecond)}/s, ${formatNumber(peakPerSecond)}/s at its busiest`,
    `${arrivals}${isAlike === false ? ' (not to be planned with)' : ''}`,
    ...(service === undefined ? [] : [`service ${service}`]),
  ].join('; ');
}
