import { plannedEndUs } from '../../scenario/planned-end.js';
import type { Scenario } from '../../scenario/types.js';
import type { TraceSource } from '../../sim/trace.js';
import { type Follow, LoadError } from '../driver.js';
import { bundleK6Script, RUNNER } from './bundle.js';
import { k6Complaints } from './complaints.js';
import { planPlay } from './plan-play.js';

export interface PrintTerms {
  readonly scenario: Scenario;
  readonly seed: number;
  readonly speed: number;
  readonly follow: Follow;
  readonly traceSource: TraceSource;
}

/** fal's own; `FAL_QUEUE_URL` and `FAL_RUN_URL` say otherwise where the script is run. */
const QUEUE_URL = 'https://queue.fal.run';
const RUN_URL = 'https://fal.run';

/**
 * A scenario's workload as one k6 script without anything around it: what is called when and with what demands lies in it,
 * keys do not. Steps of the scenario are not performed.
 * @throws LoadError for what k6 cannot play
 */
export async function printedScript({ scenario, seed, speed, follow, traceSource }: PrintTerms): Promise<string> {
  const complaints = k6Complaints(scenario);
  if (complaints.length > 0) throw new LoadError(complaints.join('\n'));
  const endUs = Math.max(plannedEndUs(scenario), lastCallUs(scenario, seed, traceSource)) + scenario.recoveryUs;
  const { options, flows, book } = planPlay({ scenario, seed, traceSource, speed, follow, runEndUs: endUs, processes: 1 });
  const head = { scenario: scenario.name, speed, runEndUs: endUs, takesHints: false, queueUrl: QUEUE_URL, runUrl: RUN_URL, gunUrl: null, options, flows };
  return HOW_TO_RUN + (await bundleK6Script(RUNNER, { head, book }));
}

const HOW_TO_RUN = `// Made by slotstorm. FAL_KEY=id:secret k6 run this-file.js
// FAL_KEY_<ACCOUNT>_<KEY>: another key for some calls. FAL_QUEUE_URL, FAL_RUN_URL: another server, FAL_INPUT: the input as JSON,
// SLOTSTORM_HINTS=1: the server is an emulator of slotstorm and shall draw what the scenario drew.
`;

/** Of a trace only its reader knows how long it is. */
function lastCallUs(scenario: Scenario, seed: number, traceSource: TraceSource): number {
  if (scenario.workload.every(({ arrivals }) => arrivals.kind !== 'trace')) return 0;
  const terms = { scenario, seed, traceSource, speed: 1, follow: 'none', runEndUs: Number.POSITIVE_INFINITY, processes: 1 } as const;
  return Math.max(0, ...planPlay(terms).book.calls.map((calls) => calls.at(-1)?.atUs ?? 0));
}
