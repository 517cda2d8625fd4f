// What an HTTP request costs k6 in CPU: with the extension, and with the same lifecycle in its JavaScript.
//   node xk6/cost/measure.mjs [rounds]
import { spawn } from 'node:child_process';
import { mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { createServer } from 'node:http';
import { tmpdir } from 'node:os';
import { join, resolve } from 'node:path';
import { build } from 'esbuild';

const K6 = resolve('.cache/bin/k6-slotstorm');
const CALLS = 5000;
/** Start-up is what so many calls cost, and is taken off. */
const FEW = 16;
const REQUESTS_A_CALL = 4;
const MOST_ROUNDS = 20;
const rounds = Math.min(MOST_ROUNDS, Number(process.argv[2] ?? 3));

/** A queue whose requests are in progress at the first look and over at the second. */
function queue() {
  const polls = new Map();
  let requests = 0;
  const answer = (method, url) => {
    if (method === 'POST') {
      const id = `r${++requests}`;
      polls.set(id, 0);
      return [200, { status: 'IN_QUEUE', request_id: id, queue_position: 0 }];
    }
    const [, id, status] = /requests\/(r\d+)(\/status)?/.exec(url);
    if (status === undefined) return [200, { images: [{ url: 'http://127.0.0.1/x.png', width: 1024, height: 768 }] }];
    const looks = polls.get(id) + 1;
    polls.set(id, looks);
    return looks === 1
      ? [202, { status: 'IN_PROGRESS', request_id: id, logs: null }]
      : [200, { status: 'COMPLETED', request_id: id, logs: null, metrics: { inference_time: 0.5 } }];
  };
  return createServer((request, response) => {
    request.resume().on('end', () => {
      const [status, body] = answer(request.method, request.url);
      response.writeHead(status, { 'content-type': 'application/json' }).end(JSON.stringify(body));
    });
  });
}

/** @returns CPU seconds of k6, user and system */
async function cpuSeconds(script, calls) {
  const summary = join(folder, 'summary.json');
  const env = { PATH: process.env.PATH, HOME: folder, CALLS: String(calls), FAL_URL: url, K6_NO_USAGE_REPORT: 'true', K6_AUTO_EXTENSION_RESOLUTION: 'false' };
  const shell = spawn('bash', ['-c', '"$@" >"$HOME/out" 2>&1 || exit $?; times', 'bash', K6, 'run', '-q', '--summary-export', summary, script], { env });
  let times = '';
  shell.stdout.on('data', (text) => (times += text));
  const code = await new Promise((done) => shell.on('close', done));
  if (code !== 0) throw new Error(readFileSync(join(folder, 'out'), 'utf8'));
  const sent = JSON.parse(readFileSync(summary, 'utf8')).metrics.http_reqs.count;
  if (sent !== calls * REQUESTS_A_CALL) throw new Error(`expected ${calls * REQUESTS_A_CALL} requests, ${script} sent ${sent}`);
  const ofChildren = times.trim().split('\n').at(-1);
  return [...ofChildren.matchAll(/(\d+)m([\d.]+)s/g)].reduce((total, [, minutes, seconds]) => total + Number(minutes) * 60 + Number(seconds), 0);
}

async function microsecondsPerRequest(script) {
  const startUp = await cpuSeconds(script, FEW);
  const whole = await cpuSeconds(script, CALLS);
  return ((whole - startUp) / (REQUESTS_A_CALL * (CALLS - FEW))) * 1e6;
}

const folder = mkdtempSync(join(tmpdir(), 'slotstorm-cost-'));
const server = queue();
await new Promise((done) => server.listen(0, '127.0.0.1', done));
const url = `http://127.0.0.1:${server.address().port}`;
try {
  const scripts = { extension: resolve('xk6/cost/extension.ts'), helper: join(folder, 'helper.js') };
  await build({ entryPoints: ['xk6/cost/helper.ts'], outfile: scripts.helper, bundle: true, format: 'esm', platform: 'neutral', external: ['k6', 'k6/*'] });
  // In turns, each first as often as the other: what else the machine does falls on both.
  for (let round = 0; round < rounds; round++) {
    const names = round % 2 === 0 ? ['extension', 'helper'] : ['helper', 'extension'];
    for (const name of names) console.log(`${name}: ${(await microsecondsPerRequest(scripts[name])).toFixed(1)} µs of CPU a request`);
  }
} finally {
  server.close();
  server.closeAllConnections();
  rmSync(folder, { recursive: true });
}
