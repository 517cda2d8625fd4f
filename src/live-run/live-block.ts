import { US_PER_MS, US_PER_SECOND } from '../core/time.js';
import type { ClientRecording } from '../measure/client-view.js';
import { EXIT_CODES, verdictOfCode, worstExitCode } from '../measure/exit-codes.js';
import { metricValues } from '../measure/judge.js';
import type { Finding, LiveRun, PerformedStep } from '../measure/live-result.js';
import type { RunResult } from '../measure/result.js';
import type { Selector } from '../measure/thresholds.js';
import type { ViewTerms } from '../measure/views.js';
import type { Scenario } from '../scenario/types.js';
import { SDK_MODELS } from '../sim/sdks.js';
import type { Played } from './play.js';
import type { LiveTerms } from './terms.js';

export interface LiveFacts {
  readonly terms: Pick<LiveTerms, 'driver' | 'speed' | 'follow'>;
  readonly target: LiveRun['target'];
  readonly judgedBy: LiveRun['judgedBy'];
  readonly played: Played;
  /** When the run was to end, virtual µs. */
  readonly endUs: number;
  readonly seen: ClientRecording;
  readonly selectors: readonly Selector[];
  readonly findings: readonly Finding[];
}

/** What a result says of a live run beside its metrics and verdicts. */
export function liveBlock({ terms, target, judgedBy, played, endUs, seen, selectors, findings }: LiveFacts): LiveRun {
  const { report, steps, skippedUs } = played;
  return {
    driver: terms.driver.name,
    target,
    speed: terms.speed,
    follow: terms.follow,
    judgedBy,
    pacing: report.pacing,
    tool: report.tool,
    broken: report.broken,
    undecided: [...report.undecided, ...(judgedBy === 'client' ? silence(seen) : []), ...steps.flatMap((step) => doubtAbout(step, terms.speed, endUs))],
    notes: [...report.notes, ...seen.notes, ...warmupNotes(seen)],
    clientMetrics: metricValues(seen, selectors),
    findings,
    steps,
    skippedUs,
    slowest: seen.slowest,
    troubled: seen.troubled,
    troubledHidden: seen.troubledHidden,
  };
}

/**
 * A step is a request to the platform. One that takes longer than this on the wall clock came at another moment of the story
 * than the scenario tells; as much as load may be late (`KEEP_UP_LIMITS`) would be too strict for what may hold a transaction.
 */
const LATE_STEP_MS = 500;

function doubtAbout({ number, plannedUs, performedUs, trouble }: PerformedStep, speed: number, endUs: number): string[] {
  const another = 'so this was not the run that the scenario tells of';
  if (performedUs === undefined) return [`step ${number} was not performed, ${another}: ${trouble ?? 'nobody knows why'}`];
  if (performedUs > endUs) return [`step ${number} was answered after the run had ended, ${another}`];
  const lateMs = (performedUs - plannedUs) / US_PER_MS / speed;
  return lateMs > LATE_STEP_MS ? [`step ${number} came ${Math.round(lateMs)} ms of wall time late (at most ${LATE_STEP_MS} are allowed), ${another}`] : [];
}

/** More calls than this share without any answer: what is measured of the others is no measure of the server. */
const SILENT_SHARE = 0.01;

/** A server that is gone answers nobody slowly: without this its percentiles would look better than ever. */
function silence({ seen: { calls, unanswered } }: ClientRecording): string[] {
  if (unanswered <= calls * SILENT_SHARE) return [];
  return [
    `${unanswered} of ${calls} calls got no answer at all: the target, or the way to it, was gone for a while, and the metrics hold only what was answered`,
  ];
}

function warmupNotes({ warmupUs }: ClientRecording): string[] {
  return warmupUs === 0 ? [] : ['Clients tell of a call when it is over: retries of calls that began in the warm-up and ended after it are counted whole.'];
}

/** A poll tells of a change this late at most, where a submit is polled for. */
const FOLLOWER_POLLS_EVERY_US = US_PER_SECOND;

/** By how much two honest views of this workload may differ. */
export function viewTerms({ workload }: Scenario, { follow, speed }: Pick<LiveTerms, 'follow' | 'speed'>): ViewTerms {
  const polls = workload.map(({ call, sdk }) =>
    call === 'subscribe' ? SDK_MODELS[sdk].pollEveryUs : call === 'submit' && follow === 'poll' ? FOLLOWER_POLLS_EVERY_US : 0,
  );
  return { speed, followUs: Math.max(0, ...polls) };
}

type Judged = Pick<RunResult, 'verdict' | 'exitCode' | 'thresholds' | 'invariants' | 'exercised'>;

/** A load that broke, or could not be sent as planned, says nothing good about the server, whatever the metrics say. */
export function withLoadVerdict(judged: Judged, { broken, undecided }: LiveRun): Judged {
  const codes = [judged.exitCode];
  if (broken.length > 0) codes.push(EXIT_CODES.script.code);
  if (undecided.length > 0) codes.push(EXIT_CODES.undecided.code);
  const exitCode = worstExitCode(codes);
  return { ...judged, exitCode, verdict: verdictOfCode(exitCode) };
}
