import type { Baseline } from '../../measure/comparison/baseline.js';
import { baselineOf } from '../../measure/comparison/baseline-of.js';
import { rangesOf } from '../../measure/comparison/comparability.js';
import { LEAST_SEEDS } from '../../measure/comparison/terms.js';
import { EXIT_CODES } from '../../measure/exit-codes.js';
import type { ResultFile } from '../../measure/result.js';
import { reasonOf } from '../../reasons.js';
import { terminalText } from '../../report/escape.js';
import { plural } from '../../report/format.js';
import { baselineText, readBaseline } from '../../results/baseline-file.js';
import { onePerScenario, readSides, type Side } from '../compare/sides.js';
import { UsageError } from '../failures.js';
import type { Outside } from '../outside.js';
import { writeAllAside } from '../write-aside.js';
import { failedOnlyAgainstBaseline } from './former-baseline.js';

/** How baselines are set. */
export interface BaselineUpdate {
  readonly reason: string;
  /** Their folder. */
  readonly baselines: string;
  readonly acceptFailed: boolean;
  readonly force: boolean;
  /** How long those of live runs hold. */
  readonly days: number;
}

/** What a new baseline may come from: all is well, or well but for the former baseline, or no baseline was there yet. */
const WELL: readonly number[] = [EXIT_CODES.passed.code, EXIT_CODES.undecided.code, EXIT_CODES.regression.code];

/** Names of scenarios become names of files; results come from anywhere. */
const SCENARIO_NAME = /^[a-z0-9][a-z0-9-]*$/;

/** Sets the baselines of results: all of them or none. @returns the exit code */
export function setBaselines(targets: readonly string[], update: BaselineUpdate, outside: Outside): number {
  if (isCI(outside) && !update.force)
    throw new UsageError('expected a person to set baselines, but this is CI (CI is set): set them where the change can be reviewed, or say --force');
  if (targets.length === 0)
    throw new UsageError('expected results to set baselines from, for example: slotstorm baseline update reports/burst-submission-1-to-20 --reason "first"');
  const sides = onePerScenario(
    targets.flatMap((target) => readSides(target, outside)),
    targets.join(' '),
  );
  const today = outside.now().toISOString().slice(0, 'YYYY-MM-DD'.length);
  const baselines = sides.map((side) => baselineOf(checked(side, update), { reason: update.reason, updated: today, days: update.days }));
  const formers = baselines.map((baseline) => former(baseline, update, outside));
  write(baselines, update, outside);
  for (const [at, baseline] of baselines.entries()) outside.out.write(`${terminalText(said(baseline, formers[at], update))}\n`);
  return EXIT_CODES.passed.code;
}

function isCI({ env }: Outside): boolean {
  return !['', '0', 'false', undefined].includes(env['CI']);
}

function checked({ result, source }: Side, { acceptFailed }: BaselineUpdate): ResultFile {
  if (result === undefined) throw new UsageError(`expected a result, but ${source} is a baseline already; give the result.json of a run`);
  if (!SCENARIO_NAME.test(result.scenario.name))
    throw new UsageError(`${source}: expected a scenario name of a-z, 0-9 and -, got ${JSON.stringify(result.scenario.name)}`);
  if (result.shard != null)
    throw new UsageError(`${source} is shard ${result.shard.index} of ${result.shard.of}: merge all of them first (slotstorm report merge)`);
  if (result.runs.length === 0) throw new UsageError(`${source}: expected runs, got none`);
  if (acceptFailed || WELL.includes(result.exitCode) || failedOnlyAgainstBaseline(result, WELL)) return result;
  throw new UsageError(
    `${source} failed (exit code ${result.exitCode}), and what is broken is no measure for others: mend it, or say --accept-failed if it is meant`,
  );
}

/** What was set until now; what cannot be read is replaced, and said. */
function former({ scenario }: Baseline, { baselines }: BaselineUpdate, { files, err }: Outside): Baseline | undefined {
  const path = `${baselines}/${scenario.name}.json`;
  if (!files.isFile(path)) return undefined;
  try {
    return readBaseline(files.readText(path), path);
  } catch (error) {
    err.write(`slotstorm: the former baseline is replaced, but could not be read: ${terminalText(reasonOf(error))}\n`);
    return undefined;
  }
}

function write(all: readonly Baseline[], { baselines }: BaselineUpdate, { files }: Outside): void {
  const texts = all.map((baseline) => [`${baselines}/${baseline.scenario.name}.json`, baselineText(baseline)] as const);
  try {
    files.makeDirectory(baselines);
    writeAllAside(files, texts);
  } catch (error) {
    throw new UsageError(`expected to write baselines into ${JSON.stringify(baselines)}: ${reasonOf(error)}; choose another folder with --baselines`);
  }
}

function said(baseline: Baseline, before: Baseline | undefined, { baselines }: BaselineUpdate): string {
  const { scenario, seeds, variants, world } = baseline;
  const what = [plural(seeds.length, world.kind === 'live' ? 'run' : 'seed'), ...(variants.length > 1 ? [plural(variants.length, 'variant')] : [])].join(', ');
  const was = before === undefined ? '' : `; before: ${before.updated}, ${before.reason} (${changedSeeds(baseline, before)})`;
  const few = seeds.length < LEAST_SEEDS ? `\n  ${rangesOf(seeds)} alone: only what stays identical can be told; run with --seeds 20 for bounds` : '';
  return `${baselines}/${scenario.name}.json set from ${what}${was}${few}`;
}

function changedSeeds(now: Baseline, before: Baseline): string {
  const changed = now.variants.flatMap(({ name, hashes }) => {
    const former = before.variants.find((variant) => variant.name === name)?.hashes ?? {};
    return Object.entries(hashes).filter(([seed, hash]) => former[seed] !== hash);
  });
  return changed.length === 0 ? 'the same histories' : `${plural(changed.length, 'history is', 'histories are')} new or changed`;
}
