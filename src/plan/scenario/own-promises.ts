import type { PreparedVariant } from '../../prepare.js';
import { countsRequests, type LimitEffect, limitEffectOn } from '../limit-effects.js';
import { PlanError } from '../plan-error.js';
import { type Slo, Slos } from '../slos.js';

/** What a scenario expects of itself, as far as a limit can be found by it. */
export interface OwnPromises {
  readonly slos: Slos;
  /** What was left out and why, and what the rest does not say. */
  readonly notes: readonly string[];
}

interface Asked {
  /** The scenario's, for messages. */
  readonly file: string;
  /** Whose limit is asked for. */
  readonly account: string;
  readonly hasOthers: boolean;
}

type Reason = Exclude<LimitEffect, 'eases' | 'open'> | 'together';

const REASONS: Readonly<Record<Reason, string>> = {
  limit: 'speaks of the limit itself',
  harm: 'asks that something goes wrong',
  less: 'asks that less is served',
  together: 'counts all accounts together',
};

/**
 * The thresholds and budgets that are errors. Those that a larger limit can only break were written for the limit that the
 * scenario has: no smallest limit can be found by them.
 * @throws PlanError where no promise is left that a larger limit helps to keep
 */
export function ownPromises({ plan }: PreparedVariant, asked: Asked): OwnPromises {
  const thresholds = plan.thresholds.filter(({ level = 'error' }) => level === 'error').map(({ selector, expression }) => `${selector.text} ${expression}`);
  const budgets = (plan.gate?.budgets ?? []).filter(({ level }) => level === 'error').map(({ name, expression }) => `${name} < ${expression}`);
  if (thresholds.length + budgets.length === 0)
    throw new PlanError(`${asked.file}: expected an SLO: give one such as --slo 'p(95)<2s', or thresholds under expect in the scenario`);
  const { all } = new Slos([...thresholds, ...budgets]);
  const kept = all.filter((slo) => reasonAgainst(slo, asked) === undefined);
  const left = all.flatMap((slo) => {
    const reason = reasonAgainst(slo, asked);
    return reason === undefined ? [] : [{ text: slo.text, reason }];
  });
  if (!kept.some((slo) => limitEffectOn(slo) === 'eases' && !isOfAnother(slo, asked.account))) throw nothingToPlanBy(asked.file, kept, left);
  return { slos: new Slos(kept.map(({ text }) => text)), notes: [...leftOutNote(left), ...noWaitNote(kept)] };
}

function reasonAgainst(slo: Slo, { hasOthers }: Asked): Reason | undefined {
  const effect = limitEffectOn(slo);
  if (effect !== 'eases' && effect !== 'open') return effect;
  return hasOthers && isCountOfAll(slo) ? 'together' : undefined;
}

/** Of one of the accounts `count == 48` is not to be expected where 48 come from all of them. */
function isCountOfAll(slo: Slo): boolean {
  if (slo.kind === 'budget' || !countsRequests(slo.threshold)) return false;
  const { selector, operator, limit } = slo.threshold;
  const isNamed = selector.tags.some(([tag]) => tag === 'account' || tag === 'key');
  return !isNamed && limit !== 0 && !operator.startsWith('<');
}

/** Whether it is made to somebody whose limit is not asked for. */
function isOfAnother(slo: Slo, account: string): boolean {
  if (slo.kind === 'budget') return false;
  return slo.threshold.selector.tags.some(
    ([tag, value]) => (tag === 'account' && value !== account) || (tag === 'key' && value.includes('/') && !value.startsWith(`${account}/`)),
  );
}

interface LeftOut {
  readonly text: string;
  readonly reason: Reason;
}

function leftOutNote(left: readonly LeftOut[]): string[] {
  if (left.length === 0) return [];
  return [
    `Of the scenario's own promises these have no part in the answer: ${leftOutText(left)}. They were written for the limit that it has; slotstorm run checks them there.`,
  ];
}

/** By reason: `slots_in_use max <= 10 (speaks of the limit itself)`. */
function leftOutText(left: readonly LeftOut[]): string {
  const reasons = [...new Set(left.map(({ reason }) => reason))];
  return reasons
    .map((reason) => {
      const own = left.filter((one) => one.reason === reason);
      return `${listed(own.map(({ text }) => text))} (${own.length === 1 ? '' : 'each '}${REASONS[reason]})`;
    })
    .join('; ');
}

/** What all limits keep alike, the smallest keeps. */
function noWaitNote(kept: readonly Slo[]): string[] {
  const isAboutWaits = (slo: Slo): boolean => slo.kind === 'threshold' && ['queue_latency', 'time_to_result'].includes(slo.threshold.selector.metric);
  if (kept.some(isAboutWaits)) return [];
  return ["None of the promises is about waits: a limit may keep them all however long requests wait. Promise a wait with --slo 'p(95)<2s'."];
}

function nothingToPlanBy(file: string, kept: readonly Slo[], left: readonly LeftOut[]): PlanError {
  const others = kept.length === 0 ? [] : [`${listed(kept.map(({ text }) => text))} (${kept.length === 1 ? '' : 'each '}kept or missed whatever the limit)`];
  return new PlanError(
    `${file}: expected an SLO that a larger limit helps to keep: give one such as --slo 'p(95)<2s', for the scenario promises none: ${[
      ...(left.length === 0 ? [] : [leftOutText(left)]),
      ...others,
    ].join('; ')}`,
  );
}

const MOST_LISTED = 5;

function listed(texts: readonly string[]): string {
  const more = texts.length - MOST_LISTED;
  return `${texts.slice(0, MOST_LISTED).join(', ')}${more > 0 ? ` and ${more} more` : ''}`;
}
