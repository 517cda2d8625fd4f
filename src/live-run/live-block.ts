import { US_PER_SECOND } from '../core/time.js';
import type { ClientRecording } from '../measure/client-view.js';
import { EXIT_CODES, verdictOfCode, worstExitCode } from '../measure/exit-codes.js';
import { metricValues } from '../measure/judge.js';
import type { Finding, LiveRun } from '../measure/live-result.js';
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
  readonly seen: ClientRecording;
  readonly selectors: readonly Selector[];
  readonly findings: readonly Finding[];
}

/** What a result says of a live run beside its metrics and verdicts. */
export function liveBlock({ terms, target, judgedBy, played, seen, selectors, findings }: LiveFacts): LiveRun {
  const { report, steps, skippedUs } = played;
  const undone = steps.filter(({ performedUs }) => performedUs === undefined);
  return {
    driver: terms.driver.name,
    target,
    speed: terms.speed,
    follow: terms.follow,
    judgedBy,
    pacing: report.pacing,
    tool: report.tool,
    broken: report.broken,
    undecided: [
      ...report.undecided,
      ...undone.map(
        ({ number, trouble }) => `step ${number} was not performed, so this was not the run that the scenario tells of: ${trouble ?? 'nobody knows why'}`,
      ),
    ],
    notes: [...report.notes, ...seen.notes],
    clientMetrics: metricValues(seen, selectors),
    findings,
    steps,
    skippedUs,
    slowest: seen.slowest,
    troubled: seen.troubled,
    troubledHidden: seen.troubledHidden,
  };
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
