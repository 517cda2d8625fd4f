import type { Baseline, BaselineVariant } from '../../measure/comparison/baseline.js';
import { rangesOf } from '../../measure/comparison/comparability.js';
import { nameOf } from '../../measure/comparison/directions.js';
import { medianOf } from '../../measure/comparison/number-test.js';
import { EXIT_CODES } from '../../measure/exit-codes.js';
import { USUAL_REGRESSION } from '../../measure/gate/regression-terms.js';
import { METRICS } from '../../measure/metrics.js';
import { terminalText } from '../../report/escape.js';
import { formatValue, listOf, plural } from '../../report/format.js';
import { readSides, type Side } from '../compare/sides.js';
import { UsageError } from '../failures.js';
import type { Outside } from '../outside.js';

interface ShowOptions {
  readonly baselines: string;
  readonly json: boolean;
}

/** Prints what is set. @param names of scenarios; none: all @returns the exit code */
export function showBaselines(names: readonly string[], { baselines, json }: ShowOptions, outside: Outside): number {
  const { files, out } = outside;
  if (!files.isDirectory(baselines) || !files.list(baselines).some(({ name }) => name.endsWith('.json')))
    throw new UsageError(`expected baselines in ${JSON.stringify(baselines)}, but there are none; make some with slotstorm baseline update`);
  const all = readSides(baselines, outside).filter(({ result }) => result === undefined);
  const shown = names.length === 0 ? all : names.map((name) => named(name, all));
  if (json)
    out.write(
      `${JSON.stringify(
        shown.map(({ baseline }) => baseline),
        undefined,
        1,
      )}\n`,
    );
  else out.write(`${shown.map((side) => (names.length === 0 ? line(side) : details(side))).join('\n')}\n`);
  return EXIT_CODES.passed.code;
}

function named(name: string, all: readonly Side[]): Side {
  const found = all.find(({ baseline }) => baseline.scenario.name === name);
  if (found !== undefined) return found;
  throw new UsageError(`expected a scenario with a baseline (${listOf(all.map(({ baseline }) => baseline.scenario.name))}), got ${JSON.stringify(name)}`);
}

function line({ baseline }: Side): string {
  const { scenario, seeds, variants, updated, reason } = baseline;
  const of = [`seeds ${rangesOf(seeds)}`, ...(variants.length > 1 ? [plural(variants.length, 'variant')] : []), ...worldWords(baseline)];
  return terminalText(`${scenario.name}  ${updated}  ${of.join(', ')}  ${reason}`);
}

function details({ baseline, source, sha256 }: Side): string {
  const { scenario, tool, randomScheme, variants } = baseline;
  const lines = [
    line({ baseline } as Side),
    `  file ${source}, sha256 ${sha256?.slice(0, 16)}`,
    `  of ${scenario.file}, sha256 ${scenario.sha256.slice(0, 16)}; slotstorm ${tool}, random scheme ${randomScheme}`,
    ...variants.flatMap((variant) => [...(variant.name == null ? [] : [`  ${variant.name}`]), ...medians(variant)]),
  ];
  return lines.map(terminalText).join('\n');
}

function worldWords({ world }: Baseline): string[] {
  return world.kind === 'live' ? [`live (${world.driver}) on ${world.machine}`, `until ${world.expires}`] : [];
}

function medians({ metrics }: BaselineVariant): string[] {
  return USUAL_REGRESSION.gated.flatMap(({ metric, number }) => {
    const values = Object.values(metrics[metric]?.[number] ?? {});
    const name = nameOf(metric);
    return values.length === 0 || name === undefined
      ? []
      : [`    ${metric} ${number}: median ${formatValue(medianOf(values), METRICS[name].unit)} of ${plural(values.length, 'seed')}`];
  });
}
