import { type ChildProcess, spawn, spawnSync } from 'node:child_process';
import { once } from 'node:events';
import { createInterface } from 'node:readline';
import { countArgument, measureAndPrint } from '../sample.js';

/** One plan on two cores. Run from the repository, which must be built. Usage: node plan-workers.js threads|redis PLANS */
const BIN = 'bin/slotstorm.js';
const PLAN = ['plan', '--rate', '5/s', '--service', '12s', '--waiting', 'fifo', '--slo', 'p(95)<2s', '--quick', '--reporter', 'none', '--json'];
const PROCESSES = 2;

const how = process.argv[2];
const plans = countArgument(3, 'plans');
const helpers: ChildProcess[] = [];
try {
  const workers = how === 'redis' ? await startWorkers() : String(PROCESSES);
  let limit = 0;
  measureAndPrint(() => {
    for (let n = 0; n < plans; n++) limit = plan(workers);
    return { work: plans, limit };
  });
} finally {
  for (const helper of helpers.reverse()) helper.kill('SIGTERM');
}

/** @returns the limit that the plan answers */
function plan(workers: string): number {
  const { status, stdout, stderr } = spawnSync(process.execPath, [BIN, ...PLAN, '--workers', workers], { encoding: 'utf8' });
  if (status !== 0) throw new Error(`expected an answer, got exit code ${status}:\n${stderr}`);
  return (JSON.parse(stdout) as { readonly answer: { readonly limit: number } }).answer.limit;
}

/** A Redis and two worker processes of one thread each. @returns its URL */
async function startWorkers(): Promise<string> {
  const url = await firstLine(spawn('bash', ['scripts/start-redis.sh'], { stdio: ['ignore', 'pipe', 'inherit'] }));
  const start = () => firstLine(spawn(process.execPath, [BIN, 'worker', '--redis', url, '--threads', '1'], { stdio: ['ignore', 'pipe', 'inherit'] }));
  await Promise.all(Array.from({ length: PROCESSES }, start));
  return url;
}

async function firstLine(helper: ChildProcess): Promise<string> {
  helpers.push(helper);
  if (helper.stdout === null) throw new Error('expected a process whose output is read');
  const [line] = (await once(createInterface({ input: helper.stdout }), 'line')) as [string];
  helper.stdout.resume();
  return line;
}
