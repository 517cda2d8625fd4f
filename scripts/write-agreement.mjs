// Runs four shipped scenarios live and in virtual time, ten seeds each, and prints docs/agreement.md from bench/live-agreement.json.
// That takes half an hour: live runs last as long as they last, so several run at the same time, each in processes of its own.
// Names of scenarios measure only those again, --print measures nothing.
import { execFile } from 'node:child_process';
import { readFile, writeFile } from 'node:fs/promises';
import { setTimeout as sleep } from 'node:timers/promises';
import { fileURLToPath } from 'node:url';
import { promisify } from 'node:util';
import { parse as parseYaml } from 'yaml';
import { agreement } from '../dist/measure/agreement.js';
import { agreementDocument, measuredAgreement } from '../dist/report/agreement/agreement-document.js';

/** How fast, so that 20 ms of virtual time are more than a request takes here, and nobody waits for hours. Waits of minutes may go faster. */
const SPEEDS = { 'burst-submission': 2, 'key-revocation-mid-flight': 4, 'start-timeout-expiry': 1, 'direct-calls-retry': 1 };
const SCENARIOS = Object.keys(SPEEDS);
const SEEDS = [1, 2, 3, 4, 5, 6, 7, 8, 9, 10];
/** Runs at the same time: each is idle for nearly all of it. */
const AT_ONCE = 6;
/** A start takes seconds of a core, and many scenarios begin with a burst: no two of them together. */
const APART_MS = 3_000;
const KEPT = new URL('../bench/live-agreement.json', import.meta.url);
const MAX_BYTES = 2 ** 29;
const MAX_MS = 4 * 3_600_000;
/** Everything else means that the runs were not made. */
const JUDGED = [0, 96, 98, 99];

/** Lets so many work at once, and begins them one after the other. */
class Turns {
  #free = AT_ONCE;
  #waiting = [];
  #lastStart = Promise.resolve();

  async take(work) {
    if (this.#free === 0) await new Promise((resolve) => this.#waiting.push(resolve));
    else this.#free--;
    const mine = this.#lastStart;
    this.#lastStart = mine.then(() => sleep(APART_MS));
    await mine;
    try {
      return await work();
    } finally {
      const next = this.#waiting.shift();
      if (next === undefined) this.#free++;
      else next();
    }
  }
}

const turns = new Turns();
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
  const words = ['run', `scenarios/${name}.yaml`];
  const { variants } = parseYaml(await readFile(new URL(`../scenarios/${name}.yaml`, import.meta.url), 'utf8'));
  const simulated = await resultOf([...words, '--seeds', String(SEEDS.length)]);
  const runs = await Promise.all(
    variants.flatMap((variant) =>
      SEEDS.map((seed) => turns.take(() => resultOf([...words, '--variant', variant.name, '--seed', String(seed), '--live', '--speed', String(SPEEDS[name])]))),
    ),
  );
  const live = runs.flatMap((result) => result.runs);
  const together = { ...simulated, runs: live, agreement: agreement(simulated.runs, live) };
  return measuredAgreement(together, `npx slotstorm run scenarios/${name}.yaml --live --compare-with-sim --speed ${SPEEDS[name]} --seeds ${SEEDS.length}`);
}

async function resultOf(words) {
  return JSON.parse(await output(['bin/slotstorm.js', ...words, '--json', '--reporter', 'none']));
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
