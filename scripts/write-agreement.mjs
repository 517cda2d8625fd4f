// Runs four shipped scenarios live and in virtual time, ten seeds each, and prints docs/agreement.md from bench/live-agreement.json.
// That takes long: live runs last as long as they last. Names of scenarios measure only those again, --print measures nothing.
import { execFile } from 'node:child_process';
import { readFile, writeFile } from 'node:fs/promises';
import { fileURLToPath } from 'node:url';
import { promisify } from 'node:util';
import { agreementDocument, measuredAgreement } from '../dist/report/agreement/agreement-document.js';

const SCENARIOS = ['burst-submission', 'key-revocation-mid-flight', 'start-timeout-expiry', 'direct-calls-retry'];
const KEPT = new URL('../bench/live-agreement.json', import.meta.url);
const MAX_BYTES = 2 ** 29;
const MAX_MS = 4 * 3_600_000;
/** Everything else means that the runs were not made. */
const JUDGED = [0, 96, 98, 99];

const given = process.argv.slice(2).filter((argument) => argument !== '--print');
const unknown = given.filter((name) => !SCENARIOS.includes(name));
if (unknown.length > 0) throw new Error(`expected names among ${SCENARIOS.join(', ')}, got ${unknown.join(', ')}`);
const wanted = process.argv.includes('--print') ? [] : given.length > 0 ? given : SCENARIOS;

const kept = await readKept();
for (const name of wanted) {
  const measured = await measure(name);
  kept.set(name, measured);
  // Kept at once: a later scenario may fail after an hour.
  await writeKept();
  console.log(`${name}: ${measured.passed} of ${measured.runs} live runs passed`);
}
await writeFile(new URL('../docs/agreement.md', import.meta.url), agreementDocument(inOrder()));

async function measure(name) {
  const words = ['run', `scenarios/${name}.yaml`, '--live', '--compare-with-sim', '--speed', '10', '--seeds', '10'];
  const result = JSON.parse(await output(['bin/slotstorm.js', ...words, '--json', '--reporter', 'none']));
  return measuredAgreement(result, `npx slotstorm ${words.join(' ')}`);
}

async function output(words) {
  const options = { cwd: fileURLToPath(new URL('..', import.meta.url)), maxBuffer: MAX_BYTES, timeout: MAX_MS };
  try {
    return (await promisify(execFile)(process.execPath, words, options)).stdout;
  } catch (error) {
    if (JUDGED.includes(error.code)) return error.stdout;
    throw new Error(`node ${words.join(' ')} ended with ${error.code ?? error.signal}:\n${error.stderr}`, { cause: error });
  }
}

async function readKept() {
  const text = await readFile(KEPT, 'utf8').catch((error) => {
    if (error.code === 'ENOENT') return '[]';
    throw error;
  });
  return new Map(JSON.parse(text).map((measured) => [measured.scenario, measured]));
}

function writeKept() {
  return writeFile(KEPT, `${JSON.stringify(inOrder(), undefined, 2)}\n`);
}

function inOrder() {
  return SCENARIOS.flatMap((name) => kept.get(name) ?? []);
}
