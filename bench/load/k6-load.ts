import { spawnSync } from 'node:child_process';
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { join, resolve } from 'node:path';
import { countArgument, type Sample } from '../sample.js';
import { CALLS_PER_SECOND, ForkedQueue, POLL_EVERY_MS } from './queue.js';

// k6 for the same calls: k6-load.js SECONDS K6
const seconds = countArgument(2, 'seconds');
const k6 = resolve(process.argv[3] ?? '.cache/bin/k6');

const scriptFor = (url: string): string => `
import http from 'k6/http';
import { sleep } from 'k6';

const rate = { executor: 'constant-arrival-rate', rate: ${CALLS_PER_SECOND}, timeUnit: '1s', duration: '${seconds}s', preAllocatedVUs: 200, maxVUs: 400 };
export const options = { scenarios: { calls: rate } };

const headers = { authorization: 'Key id:secret', 'content-type': 'application/json' };
const submits = { headers, tags: { name: 'submit' } };
const polls = { headers, tags: { name: 'status' } };
const input = JSON.stringify({ prompt: 'a lighthouse in a storm' });

export default function () {
  const id = http.post('${url}/fal-ai/flux', input, submits).json('request_id');
  for (;;) {
    const status = http.get('${url}/fal-ai/flux/requests/' + id + '/status', polls).json('status');
    if (status === 'COMPLETED') return;
    sleep(${POLL_EVERY_MS / 1e3});
  }
}
`;

const folder = mkdtempSync('.cache/bench/k6-');
const queue = await ForkedQueue.start();
try {
  const script = join(folder, 'calls.js');
  writeFileSync(script, scriptFor(queue.url));
  const startMs = performance.now();
  // The shell knows what its children have used; Node does not.
  const { status, stdout, stderr } = spawnSync('sh', ['-c', '"$@" || exit $?; times', 'sh', k6, 'run', '-q', '--no-color', '--summary-mode=disabled', script], {
    encoding: 'utf8',
    env: { ...process.env, K6_NO_USAGE_REPORT: 'true', K6_AUTO_EXTENSION_RESOLUTION: 'false' },
  });
  if (status !== 0) throw new Error(`k6 ended with ${status}\n${stderr}`);
  const wallSeconds = (performance.now() - startMs) / 1e3;
  const { work, share } = await queue.work(seconds);
  const sample: Sample = { work, cpuSeconds: childrensSeconds(stdout) / share, wallSeconds };
  process.stderr.write(`    ${(share * 100).toFixed(1)} % of the calls were sent\n`);
  console.log(JSON.stringify(sample));
} finally {
  queue.stop();
  rmSync(folder, { recursive: true, force: true });
}

/** @param text of the shell's `times`: its last line is `0m1.234000s 0m0.567000s`, user and system of its children */
function childrensSeconds(text: string): number {
  const line = text.trim().split('\n').at(-1) ?? '';
  const times = [...line.matchAll(/(\d+)m([\d.]+)s/g)].map(([, minutes, rest]) => Number(minutes) * 60 + Number(rest));
  if (times.length !== 2) throw new Error(`expected the times of a shell's children, got ${JSON.stringify(line)}`);
  return times.reduce((sum, one) => sum + one, 0);
}
