// Searches for every mutant of the reference policy from several first seeds, and writes what it took into bench/mutants.json,
// from which docs/zoo.md is printed. Deterministic: the same version gives the same file.
import { writeFile } from 'node:fs/promises';
import { nameOfFailure } from '../dist/fuzz/failure.js';
import { boundsOf, huntMutant, shrinkHunt } from '../dist/fuzz/mutant-hunt.js';
import { MUTANTS } from '../dist/fuzz/mutants.js';
import { settingWords } from '../dist/shell-commands.js';
import { VERSION } from '../dist/version.js';

const MOST_RUNS = 2_000;
const SEARCHES = 11;

function measure(mutant) {
  const hunts = Array.from({ length: SEARCHES }, (_, n) => huntMutant(mutant, 1 + n * MOST_RUNS, MOST_RUNS));
  const runs = hunts.map((hunt) => hunt?.runs ?? null);
  const [first] = hunts.filter((hunt) => hunt !== undefined);
  const trophy = first === undefined ? undefined : shrinkHunt(mutant, first);
  return {
    name: mutant.name,
    ...(mutant.mask === undefined ? {} : { maskedBy: mutant.mask.why, without: `${mutant.mask.setting.path}=${mutant.mask.setting.value}` }),
    command: ['npx slotstorm fuzz', ...settingWords(boundsOf(mutant))].join(' '),
    found: hunts.filter((hunt) => hunt !== undefined).length,
    // Not found counts as the most: the median is then a lower bound.
    medianRuns: [...runs].map((count) => count ?? MOST_RUNS).sort((one, other) => one - other)[(SEARCHES - 1) / 2],
    runs,
    ...(trophy === undefined ? {} : { brokenInvariant: nameOfFailure(trophy.failure), requests: trophy.requests, steps: trophy.steps }),
  };
}

const mutants = [];
for (const mutant of MUTANTS) {
  const measured = measure(mutant);
  mutants.push(measured);
  process.stderr.write(
    `${measured.name}: ${measured.found}/${SEARCHES}, median ${measured.medianRuns} runs, ${measured.brokenInvariant ?? 'not found'}, ${measured.requests} requests, ${measured.steps} steps\n`,
  );
}
const file = { version: VERSION, measuredWith: 'node scripts/measure-mutants.mjs', mostRuns: MOST_RUNS, searches: SEARCHES, mutants };
await writeFile(new URL('../bench/mutants.json', import.meta.url), `${JSON.stringify(file, undefined, 1)}\n`);
