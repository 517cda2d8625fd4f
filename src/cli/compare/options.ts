import type { Argv } from 'yargs';
import { parseDurationUs } from '../../core/units.js';
import { ALLOWABLE } from '../../measure/comparison/comparability.js';
import type { GatedNumber, RegressionTerms } from '../../measure/gate/gate-result.js';
import { parseGatedNumber, parseShare } from '../../measure/gate/regression-terms.js';
import { UsageError } from '../failures.js';
import { namesOf } from '../option-values.js';

/** The smallest change that matters, as far as it was given. */
export type MarginWish = Partial<Pick<RegressionTerms, 'marginShare' | 'marginMs'>>;

export interface VariantPair {
  readonly old: string;
  readonly new: string;
}

export function compareOptions(command: Argv) {
  return command
    .positional('from', {
      type: 'string',
      describe: 'The baseline: a result or baseline file, a folder of a run, of runs or of baselines, REV:path, or a git revision',
    })
    .positional('to', { type: 'string', describe: 'What is held against it, named the same way' })
    .option('allow', {
      type: 'string',
      array: true,
      requiresArg: true,
      default: [] as string[],
      describe: `What may differ: ${ALLOWABLE.join(', ')}`,
      offered: ALLOWABLE,
      coerce: (given: string[]) => namesOf('--allow', given, ALLOWABLE),
    })
    .option('variants', {
      requiresArg: true,
      describe: 'Hold one variant against another: old=new; of one result, or of two',
      coerce: (value: unknown) => (value === undefined ? undefined : variantPair(value)),
    })
    .option('gate', {
      type: 'string',
      array: true,
      requiresArg: true,
      describe: 'The numbers that decide, such as "queue_latency p95"',
      defaultDescription: "the scenario's own, or the usual five",
      coerce: (given: string[] | undefined) => given?.map(gatedNumber),
    })
    .option('misrate', {
      requiresArg: true,
      describe: 'Chance of a false alarm, of all numbers that decide together',
      defaultDescription: "the scenario's own, or 1%; live 5%",
      coerce: (value: unknown) => (value === undefined ? undefined : misrateOf(value)),
    })
    .option('margin', {
      requiresArg: true,
      describe: 'What is too small to matter: a share, a duration, or both: 5%,50ms',
      defaultDescription: "the scenario's own, or 5%,50ms; live 10%,50ms",
      coerce: (value: unknown) => (value === undefined ? undefined : marginOf(value)),
    })
    .option('history', { type: 'string', requiresArg: true, describe: 'Instead: look for changes in the runs of this history.ndjson' })
    .option('json', { type: 'boolean', default: false, describe: 'Print the comparisons as data, and nothing else' })
    .option('markdown', { type: 'string', requiresArg: true, describe: 'Write the comparisons into this file, as Markdown' });
}

function variantPair(value: unknown): VariantPair {
  const match = /^([^=]+)=([^=]+)$/.exec(String(value));
  if (match === null) throw new UsageError(`--variants: expected old=new such as backoff=fifo, got ${JSON.stringify(value)}`);
  return { old: match[1] as string, new: match[2] as string };
}

function gatedNumber(text: string): GatedNumber {
  const number = parseGatedNumber(text, 'error');
  if ('complaint' in number) throw new UsageError(`--gate: ${number.complaint}`);
  return number;
}

function misrateOf(value: unknown): number {
  const text = String(value);
  const share = text.includes('%') ? parseShare(text) : Number(text.trim() === '' ? Number.NaN : text);
  if (typeof share === 'number' && share > 0 && share < 1) return share;
  throw new UsageError(`--misrate: expected a share above 0% and below 100% such as 1%, got ${JSON.stringify(value)}`);
}

function marginOf(value: unknown): MarginWish {
  const wish: { marginShare?: number; marginMs?: number } = {};
  for (const part of String(value).split(',')) {
    const share = parseShare(part);
    const us = parseDurationUs(part.trim());
    if (typeof share === 'number') wish.marginShare = share;
    else if (us !== undefined && us >= 0) wish.marginMs = us / 1000;
    else throw new UsageError(`--margin: expected a share, a duration or both such as 5%,50ms, got ${JSON.stringify(value)}`);
  }
  return wish;
}
