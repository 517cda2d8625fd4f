import { FAILED_SEEDS } from '../../measure/gate/budgets.js';
import type { PreparedVariant } from '../../prepare.js';
import type { LimitEffect } from '../limit-effects.js';
import { PlanError } from '../plan-error.js';
import { type Slo, Slos } from '../slos.js';
import type { WhosePromise } from './whose-promise.js';

/** What a scenario expects of itself, as far as a limit can be found by it. */
export interface OwnPromises {
  readonly slos: Slos;
  /** What was left out and why, and what the rest does not say. */
  readonly notes: readonly string[];
}

interface Asked {
  /** The scenario's, for messages. */
  readonly file: string;
  readonly whose: WhosePromise;
}

type Reason = Exclude<LimitEffect, 'eases' | 'open'> | 'together' | 'others' | 'seeds' | 'baseline';

const REASONS: Readonly<Record<Reason, string>> = {
  limit: 'speaks of the limit itself',
  harm: 'asks that something goes wrong',
  less: 'asks that less is served',
  together: 'counts all accounts together',
  others: 'is about requests of other accounts',
  seeds: 'is judged seed by seed',
  baseline: 'is judged by a baseline',
};

/** One of the scenario's promises as it is written. */
interface Written {
  readonly text: string;
  /** Why it can be no SLO at all: a plan judges the mean over seeds, against a number. undefined: it can. */
  readonly reason?: 'seeds' | 'baseline' | undefined;
}

/**
 * The thresholds and budgets that are errors. Those that a larger limit can only break were written for the limit that the
 * scenario has: no smallest limit can be found by them.
 * @throws PlanError where no promise is left that a larger limit helps to keep
 */
export function ownPromises({ plan }: PreparedVariant, { file, whose }: Asked): OwnPromises {
  const written = writtenIn(plan);
  if (written.length === 0) throw new PlanError(`${file}: expected an SLO: give one such as --slo 'p(95)<2s', or thresholds under expect in the scenario`);
  const texts = written.flatMap(({ text, reason }) => (reason === undefined ? [text] : []));
  const all = texts.length === 0 ? [] : new Slos(texts).all;
  const kept = all.filter((slo) => reasonAgainst(slo, whose) === undefined);
  const left = [
    ...all.flatMap((slo) => {
      const reason = reasonAgainst(slo, whose);
      return reason === undefined ? [] : [{ text: slo.text, reason }];
    }),
    ...written.flatMap(({ text, reason }) => (reason === undefined ? [] : [{ text, reason }])),
  ];
  if (!kept.some((slo) => whose.effectOn(slo) === 'eases')) throw nothingToPlanBy(file, kept, left);
  return { slos: new Slos(kept.map(({ text }) => text)), notes: [...leftOutNote(left), ...noWaitNote(kept)] };
}

function writtenIn({ thresholds, gate }: PreparedVariant['plan']): Written[] {
  return [
    ...thresholds.flatMap(({ level = 'error', selector, expression, baselineFactor, over }): Written[] => {
      const reason = baselineFactor !== undefined ? 'baseline' : over !== undefined ? 'seeds' : undefined;
      return level === 'error' ? [{ text: `${selector.text} ${expression}`, reason }] : [];
    }),
    ...(gate?.budgets ?? []).flatMap(({ level, name, expression }): Written[] =>
      level === 'error' ? [{ text: `${name} < ${expression}`, reason: name === FAILED_SEEDS ? 'seeds' : undefined }] : [],
    ),
  ];
}

function reasonAgainst(slo: Slo, whose: WhosePromise): Reason | undefined {
  const effect = whose.effectOn(slo);
  if (effect !== 'eases' && effect !== 'open') return effect;
  if (whose.isOfOthersAlone(slo)) return 'others';
  return whose.isCountOfSeveral(slo) ? 'together' : undefined;
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
