// Asks a running emulator whatever its OpenAPI document allows, and what it does not, with schemathesis:
//
//   node scripts/check-openapi.mjs [--seconds 60] [--bin bin/slotstorm.js] [options of schemathesis]
//
// Needs the environment of scripts/install-python-clients.sh. Ends with 0, or with the exit code of schemathesis.
import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { existsSync } from 'node:fs';
import { createInterface } from 'node:readline';
import { parseArgs } from 'node:util';

const SCHEMATHESIS = '.cache/python/venv/bin/schemathesis';
const CHECKS = 'not_a_server_error,status_code_conformance,content_type_conformance,response_schema_conformance';
const KEY = 'check:of-the-document';
const OPERATOR = 'operator:of-the-document';
/** Of the given time so much goes to what only the operator may do. */
const OPERATORS_SHARE = 0.2;
/** Under Python 3.11 the generator of schemathesis falls over itself in several threads. */
const WORKERS = 1;
/** Models answer at once, as seen from outside. */
const SPEED = 1000;

const { values, positionals } = parseArgs({
  options: { seconds: { type: 'string', default: '60' }, bin: { type: 'string', default: 'bin/slotstorm.js' } },
  allowPositionals: true,
});
const seconds = Number(values.seconds);
if (!(seconds >= 5)) fail(`--seconds: expected a number from 5 up, got ${values.seconds}`);
if (!existsSync(SCHEMATHESIS)) fail(`expected ${SCHEMATHESIS}: run scripts/install-python-clients.sh first`);

const server = spawn(
  process.execPath,
  [values.bin, 'serve', '--port', '0', '--speed', String(SPEED), '--json', '--key', `local/test=${KEY}`, '--operator-key', OPERATOR],
  {
    stdio: ['ignore', 'pipe', 'inherit'],
  },
);
const lines = createInterface({ input: server.stdout });
const [line] = await Promise.race([once(lines, 'line'), once(server, 'exit').then(() => [undefined])]);
if (line === undefined) fail('the emulator ended before it listened');
const { url } = JSON.parse(line);

let code = 1;
try {
  const own = '^/v1/slotstorm/';
  const caller = await ask(KEY, Math.round(seconds * (1 - OPERATORS_SHARE)), ['--exclude-path-regex', own]);
  const operator = await ask(OPERATOR, Math.round(seconds * OPERATORS_SHARE), ['--include-path-regex', own]);
  code = Math.max(caller, operator);
  if (!(await fetch(`${url}/healthz`)).ok) fail('the emulator does not answer any more');
} finally {
  server.kill('SIGTERM');
  await once(server, 'exit');
}
process.exitCode = code;

/** @returns the exit code */
async function ask(key, timeS, filter) {
  const options = ['run', `${url}/openapi.json`, '--checks', CHECKS, '--phases', 'examples,coverage,fuzzing', '--max-time', String(timeS)];
  const quiet = [
    '--warnings',
    'off',
    '--generation-database',
    'none',
    '--seed',
    '1',
    '--request-timeout',
    '20',
    '--suppress-health-check',
    'all',
    '--workers',
    String(WORKERS),
  ];
  const child = spawn(SCHEMATHESIS, [...options, ...quiet, '--header', `Authorization: Key ${key}`, ...filter, ...positionals], { stdio: 'inherit' });
  const [exitCode] = await once(child, 'exit');
  return exitCode ?? 1;
}

function fail(message) {
  process.stderr.write(`check-openapi: ${message}\n`);
  process.exit(104);
}
