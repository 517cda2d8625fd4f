import type { MinimalTrace } from '../../measure/minimal-trace.js';
import type { InvariantVerdict, ResultFile, RunResult } from '../../measure/result.js';
import { replayOf, runLabel, shownVariants } from '../runs.js';
import { sumOf } from '../text-sum.js';

/** One invariant that was violated in one variant: of several seeds the first that shows it. */
export interface BrokenInvariant {
  readonly invariant: InvariantVerdict;
  readonly run: RunResult;
  readonly label: string | undefined;
  /** The command that shows the run event by event. */
  readonly replay: string | undefined;
  /** How many seeds broke it, of how many. */
  readonly seeds: number;
  readonly of: number;
  /** The same for the same way to break it, whatever the seed and the names are. */
  readonly fingerprint: string;
  readonly minimal: MinimalTrace | undefined;
  /** Place of its variant in the report's charts, from 0. */
  readonly panel: number;
}

export function brokenInvariants(result: ResultFile): BrokenInvariant[] {
  const groups = new Map<string, { readonly run: RunResult; readonly invariant: InvariantVerdict; seeds: number }>();
  const runs = new Map<string, number>();
  for (const run of result.runs) {
    const variant = run.variant ?? '';
    runs.set(variant, (runs.get(variant) ?? 0) + 1);
    for (const invariant of run.invariants) {
      if (invariant.state !== 'violated') continue;
      const key = JSON.stringify([variant, invariant.id]);
      const group = groups.get(key);
      if (group === undefined) groups.set(key, { run, invariant, seeds: 1 });
      else group.seeds++;
    }
  }
  const variants = shownVariants(result);
  return [...groups.values()].map(({ run, invariant, seeds }) => {
    const panel = variants.findIndex(({ info }) => (info.name ?? undefined) === (run.variant ?? undefined));
    const traces = variants[panel]?.runs.flatMap(({ evidence }) => evidence?.minimalTraces ?? []) ?? [];
    return {
      invariant,
      run,
      label: runLabel(result, run),
      replay: replayOf(result, run),
      seeds,
      of: runs.get(run.variant ?? '') ?? 1,
      fingerprint: fingerprintOf(invariant),
      minimal: traces.find((trace) => trace.invariant === invariant.id),
      panel,
    };
  });
}

/** The law and the shape of the first violation: its message without names, numbers and times. */
export function fingerprintOf({ id, examples }: InvariantVerdict): string {
  const first = examples[0];
  if (first === undefined) return id;
  let shape = first.message;
  for (const name of [first.request, first.account, first.key, ...(first.others ?? [])]) {
    if (name !== '') shape = shape.replaceAll(name, '·');
  }
  shape = shape.replace(/\b(?:req|lease|slot|runner)[- ]\d+\b/g, '·').replace(/-?\d[\d.,]*\s?(?:µs|us|ms|s|m|h|d)?\b/g, '#');
  return `${id}-${sumOf(shape)}`;
}
