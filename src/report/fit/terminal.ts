import type { FitResult } from '../../measure/capacity/fit-result.js';
import { formatNumber } from '../format.js';
import { busiestHours, checkRows, factRows, headline, partName, partText } from './fit-words.js';

const BARS = '▁▂▃▄▅▆▇█';

/** A fit as lines for a terminal; not yet escaped for it. */
export function fitLines(fit: FitResult): string[] {
  const { chosen, arrivalModels, serviceLaws, hours, notes } = fit;
  return [
    `${fit.file}`,
    ...headLines(fit),
    ...factRows(fit).map(([what, text]) => `  ${what.padEnd(11)} ${text}`),
    ...hourLines(fit, hours),
    '',
    'Arrivals',
    ...arrivalModels.map(({ text }, place) => `  ${mark(place === chosen.arrivals)} ${text}`),
    ...measureLines(fit),
    ...checkLines(fit),
    ...(serviceLaws.length === 0 ? [] : ['', 'Service (largest distance from the sample, 0 to 1)']),
    ...serviceLaws.map(({ text, distance }, place) => `  ${mark(place === chosen.service)} ${distance.toFixed(3)}  ${text}`),
    ...partLines(fit),
    ...(notes.length === 0 ? [] : ['', ...notes.map((note) => `note: ${note}`)]),
  ];
}

/** What to do with all the rest comes first. */
function headLines(fit: FitResult): string[] {
  const head = headline(fit);
  if (head === undefined) return [];
  return [`  ${head.mark} ${head.text}`, ...(head.mark === '✓' || fit.planCommand === undefined ? [] : [`      ${fit.planCommand}`]), ''];
}

function checkLines(fit: FitResult): string[] {
  const rows = checkRows(fit);
  const widest = Math.max(0, ...rows.map(({ cells }) => cells[0].length));
  const lines = rows.map(
    ({ isAlike, cells: [what, trace, made, verdict] }) => `  ${isAlike ? '✓' : '✗'} ${what.padEnd(widest)}  trace ${trace}, load ${made}: ${verdict}`,
  );
  return lines.length === 0 ? [] : ['', 'What decides a limit (the trace, and the fitted load over seeds)', ...lines];
}

function partLines({ parts = [] }: FitResult): string[] {
  return parts.flatMap(({ column, list }) => ['', `By ${column}, each fitted by itself`, ...list.map((part) => `  ${partName(part)}: ${partText(part)}`)]);
}

function mark(isChosen: boolean): string {
  return isChosen ? '✓' : ' ';
}

/** The chosen model beside the trace. */
function measureLines({ arrivalModels, chosen }: FitResult): string[] {
  const fit = arrivalModels[chosen.arrivals]?.fit ?? [];
  const widest = Math.max(0, ...fit.map(({ what }) => what.length));
  return fit.map(({ what, trace, model }) => `      ${what.padEnd(widest)}  trace ${formatNumber(trace)}, model ${formatNumber(model)}`);
}

function hourLines(fit: FitResult, hours: readonly number[]): string[] {
  const busiest = busiestHours(fit);
  if (busiest === undefined) return [];
  const most = Math.max(...hours);
  const bars = hours.map((share) => BARS[Math.min(BARS.length - 1, Math.floor((share / most) * BARS.length))]).join('');
  return [`  ${'time of day'.padEnd(11)} ${bars} 0h to 24h in the clock of the trace; ${busiest}`];
}
