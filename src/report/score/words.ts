import { formatDurationUs } from '../../core/units.js';
import type { ExperimentFigure, PriceRow, ScoreCell, Standing } from '../../measure/score/score-result.js';
import { formatNumber, formatUsd } from '../format.js';

/** Word and symbol of each standing: colour only repeats them. */
export const STANDING_LOOKS: Readonly<Record<Standing, { readonly icon: string; readonly look: string; readonly doc: string }>> = {
  shown: { icon: '✓', look: 'shown', doc: 'an experiment supports it' },
  refuted: { icon: '✗', look: 'refuted', doc: 'an experiment contradicts it' },
  'claimed, not shown': { icon: '“”', look: 'claimed', doc: 'somebody says so, and no experiment here can tell' },
  unknown: { icon: '?', look: 'unknown', doc: 'not even that: nothing that was tried says anything of it' },
};

export const STANDINGS = Object.keys(STANDING_LOOKS) as Standing[];

/** Each question in two words, for the heads of columns. */
const SHORT_QUESTIONS: Readonly<Record<string, string>> = {
  'revoke-releases': 'Revoking releases',
  'slots-visible': 'Slots visible, managed',
  'cancel-stuck': 'Stuck requests cancelled',
  'status-page': 'Live status page',
  'predictable-price': 'Predictable price',
};

export function shortQuestion(id: string): string {
  return SHORT_QUESTIONS[id] ?? id;
}

export function figureText({ value, unit }: ExperimentFigure): string {
  if (value === undefined) return 'never seen';
  switch (unit) {
    case 's':
      return formatDurationUs(Math.round(value * 1_000_000));
    case 'ms':
      return `${formatNumber(Math.round(value))} ms`;
    case 'usd':
      return formatUsd(value);
    case 'slot-seconds':
      return `${formatNumber(Math.round(value))} slot-s`;
    default:
      return formatNumber(value);
  }
}

/** Passed, failed, or neither. */
export function outcomeText(passed: boolean | undefined): { readonly word: string; readonly icon: string; readonly look: 'pass' | 'fail' | 'undecided' } {
  if (passed === undefined) return { word: 'says nothing either way', icon: '–', look: 'undecided' };
  return passed ? { word: 'as expected', icon: '✓', look: 'pass' } : { word: 'not as expected', icon: '✗', look: 'fail' };
}

/** `2 shown, 3 refuted, …` of all cells. */
export function standingCounts(providers: readonly { readonly cells: readonly Pick<ScoreCell, 'standing'>[] }[]): string {
  const all = providers.flatMap(({ cells }) => cells.map(({ standing }) => standing));
  return STANDINGS.flatMap((standing) => {
    const count = all.filter((one) => one === standing).length;
    return count === 0 ? [] : `${count} ${standing === 'claimed, not shown' ? 'claimed but not shown' : standing}`;
  }).join(', ');
}

/** One line of the price table as text. */
export interface PriceTexts {
  readonly provider: string;
  readonly price: string;
  readonly requests: string;
  readonly stuck: string;
  readonly without: string;
  readonly with: string;
  readonly rule: string;
}

export function priceTexts({ provider, usdPerRequest, requests, stuckRequests, stuckSeconds, usdWithoutStuck, usdWithStuck, stuckRule }: PriceRow): PriceTexts {
  return {
    provider,
    price: formatUsd(usdPerRequest),
    requests: formatNumber(requests),
    stuck: stuckSeconds === 0 ? 'none' : `${formatNumber(stuckRequests)} for ${formatNumber(Math.round(stuckSeconds))} slot-s`,
    without: formatUsd(usdWithoutStuck),
    with: usdWithStuck === undefined ? 'unknown' : formatUsd(usdWithStuck),
    rule: stuckRule,
  };
}

/** Where a provider's answer to a question stands on the page. */
export function answerId(provider: number, question: string): string {
  return `answer-${provider + 1}-${question}`;
}

/** Relative addresses only, each part encoded: names of folders may hold anything. */
export function linkTo(path: string): string {
  return path.split('/').map(encodeURIComponent).join('/');
}
