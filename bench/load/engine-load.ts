import { makeEngineShooter } from '../../src/load/engine/shooter.js';
import { KEEP_UP_LIMITS, reportOf } from '../../src/load/process/merged-report.js';
import type { ShooterOrder } from '../../src/load/shooter.js';
import { prepareScenario } from '../../src/prepare.js';
import { sourceOfData } from '../../src/scenario/source.js';
import { countArgument, type Sample } from '../sample.js';
import { CALLS_PER_SECOND, ForkedQueue, POLL_EVERY_MS } from './queue.js';

// The engine, as a load process runs it: engine-load.js SECONDS
const seconds = countArgument(2, 'seconds');

/** Submits are polled each virtual second. */
const SPEED = 1_000 / POLL_EVERY_MS;

function orderFor(url: string): ShooterOrder {
  const [variant] = prepareScenario(
    sourceOfData('load', {
      name: 'load',
      platform: { policy: 'fal-documented', accounts: [{ id: 'acme', limit: 10, keys: ['key'] }], endpoints: [{ id: 'fal-ai/flux', service: '1s' }] },
      workload: [
        { as: 'acme/key', endpoint: 'fal-ai/flux', call: 'submit', arrivals: { rate: `${CALLS_PER_SECOND / SPEED}/s`, from: '0s', to: `${seconds * SPEED}s` } },
      ],
    }),
  ).variants;
  if (variant === undefined) throw new Error('a scenario has a variant');
  const target = {
    kind: 'fal',
    queueUrl: url,
    runUrl: url,
    apiUrl: url,
    ca: undefined,
    takesHints: true,
    credentials: { 'acme/key': 'id:secret' },
    operator: undefined,
  } as const;
  const { scenario } = variant;
  return { scenario, scenarioFile: 'load', seed: 1, speed: SPEED, loadEndUs: 0, target, follow: 'poll', processes: 1, process: 0 };
}

const queue = await ForkedQueue.start();
try {
  let ended = 0;
  const sink = { calls: (records: readonly unknown[]) => (ended += records.length), dropped: () => {}, zombiePolls: () => {} };
  const shooter = await makeEngineShooter(
    orderFor(queue.url),
    sink,
    (file) => {
      throw new Error(`no trace ${file}`);
    },
    '',
  );
  shooter.start(performance.timeOrigin + performance.now());
  const { pacing, undecided } = reportOf([await shooter.done], KEEP_UP_LIMITS);
  const { user, system } = process.cpuUsage();
  for (const reason of undecided) process.stderr.write(`    ${reason}\n`);
  if (ended !== CALLS_PER_SECOND * seconds) throw new Error(`expected ${CALLS_PER_SECOND * seconds} calls to end, ${ended} did`);
  const sample: Sample = {
    work: (await queue.work(seconds)).work,
    cpuSeconds: (user + system) / 1e6,
    wallSeconds: pacing.wallMs / 1e3,
    sendErrorMs: pacing.sendErrorMs?.p99 ?? 0,
  };
  const { sendErrorMs, loopLagMs, httpMs, cpuMs } = pacing;
  process.stderr.write(
    `    sent late, ms: ${JSON.stringify(sendErrorMs)}; loop: p99 ${loopLagMs?.p99}; http: p99 ${httpMs?.p99}; CPU from first to last call: ${cpuMs} ms\n`,
  );
  console.log(JSON.stringify(sample));
} finally {
  queue.stop();
}
