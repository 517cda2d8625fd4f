import type { AgreementLine } from '../../measure/live-result.js';
import type { ResultFile } from '../../measure/result.js';
import { markdownText as text } from '../escape.js';
import { formatNumber } from '../format.js';
import { liveRuns } from '../live/live-runs.js';
import { markdownTable } from '../markdown-table.js';
import { type AgreementWords, agreementOf, agreementSentence, agreementWords } from './agreement-words.js';

/** What `docs/agreement.md` keeps of one scenario that ran in both worlds. */
export interface MeasuredAgreement {
  /** `burst-submission` */
  readonly scenario: string;
  /** The command that measures it again. */
  readonly command: string;
  readonly driver: string;
  readonly speed: number;
  readonly seeds: number;
  /** Live runs, and those of them that passed all their gates. */
  readonly runs: number;
  readonly passed: number;
  /** Live runs in which the client could not keep up or was broken. */
  readonly unsound: number;
  readonly lines: readonly AgreementLine[];
}

/** @param command that made the result */
export function measuredAgreement(result: ResultFile, command: string): MeasuredAgreement {
  const live = liveRuns(result);
  return {
    scenario: result.scenario.name,
    command,
    driver: live[0]?.live.driver ?? '',
    speed: live[0]?.live.speed ?? 1,
    seeds: result.seeds.length,
    runs: live.length,
    passed: live.filter(({ run }) => run.verdict === 'pass').length,
    unsound: live.filter(({ live: { broken, undecided } }) => broken.length + undecided.length > 0).length,
    lines: agreementOf(result),
  };
}

/** `docs/agreement.md` */
export function agreementDocument(measured: readonly MeasuredAgreement[]): string {
  const parts = [HEAD, ...(measured.length === 0 ? ['Nothing was measured yet: run `node scripts/write-agreement.mjs`.'] : [summary(measured)])];
  return `${[...parts, ...measured.flatMap(section)].join('\n\n')}\n`;
}

const HEAD = `# Simulated and live

The same scenarios, in virtual time and over HTTP (\`run --live --compare-with-sim\`, see [live](live.md)): the same arrivals, the same service
times, another world. This page is written by \`node scripts/write-agreement.mjs\` from runs on two shared cores; nothing in it is typed by hand.

- **Difference**: live minus simulated, paired by seed, in virtual time. One millisecond of the wall clock is \`speed\` virtual milliseconds.
- **Interval**: 95 %, Student's t over the seeds. See [statistics](statistics.md) for what it does not say.
- **Tolerance**: the larger of a share of the simulated value and an absolute amount.
- **Agrees**: the whole interval lies within the tolerance. **Differs**: all of it lies outside. **Undecided**: neither.

A number is a metric of the run as the server's own history has it. A live run pays for HTTP, timers and a shared machine; a simulated one does not.
The numbers below were taken with six to twelve runs at a time on two cores, which other work used too while the first two scenarios ran;
waits of nothing (simulated 0) suffer most from that.

- A **burst over HTTP is not simultaneous**: its 200 submits come within some 20 to 100 ms. With \`waiting: backoff\` that alone shortens the waits,
  for simultaneous requests come back together. The simulator says so too: a median of 402 s for a burst and 381 s for the same requests within
  200 ms (200 seeds each, \`npx slotstorm run scenarios/burst-submission.yaml --variant backoff --seeds 200\`, without and with
  \`--set "workload.0.arrivals={rate: 1000/s, from: 0s, to: 200ms}"\`). Under \`fifo\` it makes no difference.
- Under \`fal-939\` the four slots that are left are worked to 90 %: there a wait depends on every wait before it, and ten runs do not decide.`;

function summary(measured: readonly MeasuredAgreement[]): string {
  const rows = measured.map(({ scenario, driver, speed, seeds, runs, passed, unsound, lines }) => [
    scenario,
    driver,
    formatNumber(speed),
    formatNumber(seeds),
    `${formatNumber(passed)} of ${formatNumber(runs)}${unsound > 0 ? ` (${formatNumber(unsound)} not sent as planned)` : ''}`,
    agreementSentence(lines),
  ]);
  return markdownTable(['Scenario', 'Driver', '>Speed', '>Seeds', '>Live runs that passed', 'Agreement'], rows);
}

function section({ scenario, command, lines }: MeasuredAgreement): string[] {
  const named = lines.some((line) => line.variant != null);
  const headings = [...(named ? ['Variant'] : []), 'Number', '>Simulated', '>Live', '>Difference', '>95 % interval', '>Tolerance', '>Seeds', 'Verdict'];
  return [
    `## ${text(scenario)}`,
    `\`${command}\``,
    lines.length === 0
      ? 'Nothing to compare.'
      : markdownTable(
          headings,
          agreementWords(lines).map((words) => rowOf(words, named)),
        ),
  ];
}

function rowOf(words: AgreementWords, named: boolean): string[] {
  const { variant, metric, simulated, live, difference, interval, tolerance, pairs, word } = words;
  return [...(named ? [variant ?? '–'] : []), metric, simulated, live, difference, interval, tolerance, pairs, word];
}
