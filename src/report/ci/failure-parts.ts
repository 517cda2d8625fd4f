import { INVARIANTS } from '../../measure/invariants/registry.js';
import type { InvariantVerdict, ResultFile, RunResult } from '../../measure/result.js';
import { formatNumber, formatSeconds, plural } from '../format.js';
import { runLabel } from '../runs.js';
import { notBrokenText, remedyText, violationText } from '../violation-text.js';
import { minimalOf } from './minimal-of.js';
import { minimalPart } from './minimal-part.js';
import { prose as text } from './prose.js';

const MOST_DETAILS = 10;

interface Failure {
  readonly run: RunResult;
  readonly invariant: InvariantVerdict;
  readonly seeds: number;
}

/** What to know about each invariant that failed, once a variant, from the first seed in which it did. */
export function failureParts(result: ResultFile): string[] {
  const failures = failuresOf(result);
  if (failures.length === 0) return [];
  const left = failures.length > MOST_DETAILS ? [`${plural(failures.length - MOST_DETAILS, 'more failed invariant')} in the report.`] : [];
  return ['### What failed', ...failures.slice(0, MOST_DETAILS).map((failure) => failureText(result, failure)), ...left];
}

function failuresOf(result: ResultFile): Failure[] {
  const found = new Map<string, Failure>();
  for (const run of result.runs) {
    for (const invariant of run.invariants) {
      if (invariant.verdict !== 'fail') continue;
      const key = JSON.stringify([run.variant, invariant.id]);
      const former = found.get(key);
      found.set(key, former === undefined ? { run, invariant, seeds: 1 } : { ...former, seeds: former.seeds + 1 });
    }
  }
  return [...found.values()];
}

function failureText(result: ResultFile, { run, invariant, seeds }: Failure): string {
  const { statement } = INVARIANTS[invariant.id] ?? { statement: '' };
  const label = runLabel(result, run);
  const others = seeds > 1 ? ` (and in ${plural(seeds - 1, 'more seed')})` : '';
  const lines = [`**${text(invariant.id)}**${label === undefined ? '' : ` in ${text(label)}`}${others}: ${text(statement)}`];
  const first = invariant.examples[0];
  if (first !== undefined)
    lines.push(
      `- ${plural(invariant.violations, 'violation')}, the first at ${formatSeconds(first.atUs / 1e6)} of virtual time (event ${formatNumber(first.event)}): ${text(violationText(first))}`,
    );
  else lines.push(`- It was expected to be violated, but ${text(notBrokenText(invariant))}.`);
  lines.push(`- What to do next: ${text(remedyText(invariant))}`);
  const minimal = minimalOf(result, run.variant, invariant.id);
  return minimal === undefined ? lines.join('\n') : `${lines.join('\n')}\n\n${minimalPart(minimal)}`;
}
