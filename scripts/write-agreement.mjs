// Runs four shipped scenarios live and in virtual time, ten seeds each, and prints docs/agreement.md from bench/live-agreement.json.
// That takes half an hour: live runs last as long as they last, so the variants run at the same time, each in processes of its
// own. Names of scenarios measure only those again, --print measures nothing.
import { execFile } from 'node:child_process';
import { readFile, writeFile } from 'node:fs/promises';
import { fileURLToPath } from 'node:url';
import { promisify } from 'node:util';
import { parse as parseYaml } from 'yaml';
import { agreementDocument, measuredAgreement } from '../dist/report/agreement/agreement-document.js';

/** How fast, so that 20 ms of virtual time are more than a request takes here, and nobody waits for hours. Waits of minutes may go faster. */
const SPEEDS = { 'burst-submission': 10, 'key-revocation-mid-flight': 4, 'start-timeout-expiry': 2, 'direct-calls-retry': 1 };
const SCENARIOS = Object.keys(SPEEDS);
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
await Promise.all(
  wanted.map(async (name) => {
    const measured = await measure(name);
    kept.set(name, measured);
    // Kept at once: another scenario may fail after half an hour.
    await writeKept();
    console.log(`${name}: ${measured.passed} of ${measured.runs} live runs passed`);
  }),
);
await writeFile(new URL('../docs/agreement.md', import.meta.url), agreementDocument(inOrder()));

async function measure(name) {
  const words = ['run', `scenarios/${name}.yaml`, '--live', '--compare-with-sim', '--speed', String(SPEEDS[name]), '--seeds', '10'];
  const { variants } = parseYaml(await readFile(new URL(`../scenarios/${name}.yaml`, import.meta.url), 'utf8'));
  const results = await Promise.all(
    variants.map(async (variant) => JSON.parse(await output(['bin/slotstorm.js', ...words, '--variant', variant.name, '--json', '--reporter', 'none']))),
  );
  const together = { ...results[0], runs: results.flatMap(({ runs }) => runs), agreement: results.flatMap(({ agreement }) => agreement) };
  return measuredAgreement(together, `npx slotstorm ${words.join(' ')}`);
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
