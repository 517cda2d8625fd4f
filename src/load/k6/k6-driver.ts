import type { ClientSink } from '../../measure/client-calls.js';
import type { TraceSource } from '../../sim/trace.js';
import { type LoadDriver, LoadError, type LoadOrder, type PreparedLoad } from '../driver.js';
import { bundleK6Script, RUNNER } from './bundle.js';
import { k6Complaints } from './complaints.js';
import { findK6 } from './find-k6.js';
import { StartingGun } from './gun.js';
import { K6Load } from './k6-load.js';
import { type Play, planPlay } from './plan-play.js';
import type { PlayHead, PlayTarget } from './play.js';
import { K6Process } from './process.js';
import { StageFiles } from './stage-files.js';

export interface K6DriverOptions {
  /** `--k6-bin`; undefined: `K6_BIN`, then PATH. */
  readonly k6Bin?: string | undefined;
  readonly env: Readonly<Record<string, string | undefined>>;
  /** Where docs/k6.md lies for the user; undefined: as in a clone. */
  readonly manual?: string | undefined;
  /** How to read the traces of a scenario file. */
  readonly tracesOf: (scenarioFile: string) => TraceSource;
  /** A script instead of the one that plays any scenario. */
  readonly script?: string | undefined;
}

/** Sends a workload with a real k6. */
export function k6Driver(options: K6DriverOptions): LoadDriver {
  return { name: 'k6', complaints: k6Complaints, prepare: (order, sink) => prepare(options, order, sink) };
}

async function prepare(options: K6DriverOptions, order: LoadOrder, sink: ClientSink): Promise<PreparedLoad> {
  const k6 = await findK6(options.k6Bin, options.env, options.manual);
  const script = await bundleK6Script(options.script ?? RUNNER);
  const play = playOf(order, options.tracesOf(order.scenarioFile));
  const keys = play.book.targets.map((target) => keyOf(target, order));
  const gun = await StartingGun.listen(order.processes);
  const files = new StageFiles({ script, head: headOf(order, play, gun.url), book: play.book, keys, ca: order.target.ca });
  const processes = Array.from({ length: order.processes }, (_, number) => {
    const terms = { bin: k6.path, script: files.script, folder: files.folderFor(number), number, processes: order.processes };
    return new K6Process({ ...terms, env: options.env, files: files.variables });
  });
  const load = new K6Load({ k6, play, order, sink, gun, files, processes });
  await load.untilReady();
  return load;
}

function playOf({ scenario, seed, speed, follow, loadEndUs, processes }: LoadOrder, traceSource: TraceSource): Play {
  return planPlay({ scenario, seed, traceSource, speed, follow: followOf(follow), runEndUs: loadEndUs + scenario.recoveryUs, processes });
}

/** k6 shows a stream when it is over, so it cannot tell when anything in it came. */
function followOf(follow: LoadOrder['follow']): LoadOrder['follow'] {
  return follow === 'stream' ? 'poll' : follow;
}

function headOf({ scenario, speed, target, loadEndUs }: LoadOrder, { options, flows }: Play, gunUrl: string): PlayHead {
  const { takesHints, queueUrl, runUrl } = target;
  return { scenario: scenario.name, speed, runEndUs: loadEndUs + scenario.recoveryUs, takesHints, queueUrl, runUrl, gunUrl, options, flows };
}

function keyOf({ account, key }: PlayTarget, { target }: LoadOrder): string {
  const credentials = target.credentials[`${account}/${key}`];
  if (credentials !== undefined) return credentials;
  throw new LoadError(`expected credentials of ${account}/${key}, as whom the workload calls: give --key ${account}/${key}=id:secret`);
}
