import type { PerformedStep } from '../../measure/live-result.js';
import type { ResultFile } from '../../measure/result.js';
import { formatNumber, formatSeconds, plural } from '../format.js';
import { runLabel } from '../runs.js';
import { liveRuns, type ShownLiveRun } from './live-runs.js';

/** A request to the platform takes its time; what takes longer than this on the wall clock came late. */
const LATE_WALL_US = 100_000;

/** A step that was not performed, late, or about which the server had something to say. */
export interface StepTrouble {
  /** `fal-939 seed 3`; undefined: the only run. */
  readonly run: string | undefined;
  readonly number: number;
  /** What it does. */
  readonly label: string;
  readonly plannedUs: number;
  readonly text: string;
}

export function stepTroubles(result: ResultFile): StepTrouble[] {
  return liveRuns(result).flatMap((shown) => shown.live.steps.flatMap((step) => troubleOf(result, shown, step)));
}

/** `all 10 steps were performed in time`; undefined where no scenario has steps. */
export function stepsSentence(result: ResultFile): string | undefined {
  const all = liveRuns(result).reduce((sum, { live }) => sum + live.steps.length, 0);
  if (all === 0) return undefined;
  const bad = stepTroubles(result).length;
  return bad === 0
    ? `${all === 1 ? 'the one step was' : `all ${formatNumber(all)} steps were`} performed in time`
    : `${bad} of ${plural(all, 'step')} ${bad === 1 ? 'was' : 'were'} not performed as planned`;
}

/** `fal-939 seed 3: step 2 (revoke-key acme/old), planned at 4s: performed 1.2s late` */
export function stepTroubleText({ run, number, label, plannedUs, text }: StepTrouble): string {
  const what = label === '' ? '' : ` (${label})`;
  return `${run === undefined ? '' : `${run}: `}step ${number}${what}, planned at ${formatSeconds(plannedUs / 1e6)}: ${text}`;
}

function troubleOf(result: ResultFile, { run, live }: ShownLiveRun, step: PerformedStep): StepTrouble[] {
  const lateUs = step.performedUs == null ? undefined : step.performedUs - step.plannedUs;
  const words = [
    ...(lateUs === undefined ? ['not performed'] : []),
    ...(lateUs !== undefined && lateUs / live.speed > LATE_WALL_US ? [`performed ${formatSeconds(lateUs / 1e6)} late`] : []),
    ...(step.trouble == null ? [] : [step.trouble]),
  ];
  if (words.length === 0) return [];
  const marks = result.variants.find((info) => (info.name ?? undefined) === (run.variant ?? undefined))?.marks ?? [];
  const label = marks.find((mark) => mark.number === step.number)?.label ?? '';
  return [{ run: runLabel(result, run), number: step.number, label, plannedUs: step.plannedUs, text: words.join(': ') }];
}
