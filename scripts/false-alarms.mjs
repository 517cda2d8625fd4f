// Runs platforms that work, 10,000 times under ordinary load and 10,000 times under legal stress, and counts who speaks
// all the same: bench/false-alarms.json, which docs/zoo.md prints. Another number of runs is only counted, not kept.
import { readFile, writeFile } from 'node:fs/promises';
import { MEASURED } from '../dist/zoo-document.js';
import { runDrill } from '../dist/zoo-study.js';

const KEPT_RUNS = 10_000;
const runs = Number(process.argv[2] ?? KEPT_RUNS);
if (!Number.isSafeInteger(runs) || runs < 1) throw new Error(`expected a number of runs from 1 up, got ${process.argv[2]}`);

const drills = [];
for (const name of ['calm', 'stress']) {
  const path = `scenarios/zoo/healthy/${name}.yaml`;
  const began = performance.now();
  const drill = runDrill({ path, text: await readFile(new URL(`../${path}`, import.meta.url), 'utf8') }, runs);
  drills.push(drill);
  console.log(`${drill.name}: ${drill.runs} runs, ${drill.alarms.length} alarms, ${((performance.now() - began) / 1000).toFixed(1)} s`);
  for (const { variant, seed, what } of drill.alarms.slice(0, 20)) console.log(`  ${variant} seed ${seed}: ${what}`);
}
if (runs === KEPT_RUNS) await writeFile(new URL(`../${MEASURED.drills}`, import.meta.url), `${JSON.stringify(drills, undefined, 2)}\n`);
process.exitCode = drills.some(({ alarms }) => alarms.length > 0) ? 98 : 0;
