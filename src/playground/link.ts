import { parseDurationUs } from '../core/units.js';
import { durationText } from '../scenario/duration-text.js';
import { BOUNDS, LAWS, msText, NONE, type NumberBounds, PERCENTILES, POLICIES, plainQuestion, type Question, sloOf, WAITINGS } from './question.js';

/** What a link to a question begins with, behind the `#`. */
const BEGINNING = 'playground?';
const US_PER_MS = 1_000;

/** A question that a link asks, and what of the link could not be used. */
export interface LinkedQuestion {
  readonly question: Question;
  /** In words for the reader; empty: all of it was understood. */
  readonly notices: readonly string[];
}

/** The part of an address behind its `#` that asks this again, all of it and exactly: `playground?limit=69&rate=5&…`. */
export function linkOf(question: Question): string {
  const { setting, promise } = plainQuestion(question);
  const { service } = setting;
  const words: Readonly<Record<string, string>> = {
    limit: String(setting.limit),
    rate: String(setting.ratePerSecond),
    burstiness: String(setting.batchMean),
    service: msText(service.meanMs),
    law: service.law,
    cv: String(service.cv),
    ghosts: String(setting.ghosts),
    policy: setting.policy,
    waiting: setting.waiting,
    startTimeout: msText(setting.startTimeoutMs),
    requests: String(setting.requests),
    seed: String(setting.seed),
    slo: sloOf(promise, durationText),
  };
  return (
    BEGINNING +
    Object.entries(words)
      .map(([name, value]) => `${name}=${encodeURIComponent(value)}`)
      .join('&')
  );
}

/**
 * Reads a link. What is unknown or out of bounds is left as it is in `otherwise`, and said.
 * @param fragment what stands behind the `#` @returns undefined: the link is about something else
 */
export function questionOfLink(fragment: string, otherwise: Question): LinkedQuestion | undefined {
  const text = fragment.replace(/^#/, '');
  if (text !== BEGINNING.slice(0, -1) && !text.startsWith(BEGINNING)) return undefined;
  const reader = new LinkReader(new URLSearchParams(text.slice(BEGINNING.length)));
  const { setting, promise } = otherwise;
  const { service } = setting;
  const law = reader.word('law', LAWS, service.law);
  const question = plainQuestion({
    setting: {
      limit: reader.number('limit', BOUNDS.limit, setting.limit),
      ratePerSecond: reader.number('rate', BOUNDS.ratePerSecond, setting.ratePerSecond),
      batchMean: reader.number('burstiness', BOUNDS.batchMean, setting.batchMean),
      service: { law, meanMs: reader.duration('service', BOUNDS.meanServiceMs, service.meanMs), cv: reader.cv(law, service.cv) },
      ghosts: reader.number('ghosts', BOUNDS.ghosts, setting.ghosts),
      policy: reader.word('policy', POLICIES, setting.policy),
      waiting: reader.word('waiting', WAITINGS, setting.waiting),
      startTimeoutMs: reader.duration('startTimeout', BOUNDS.startTimeoutMs, setting.startTimeoutMs),
      requests: reader.number('requests', BOUNDS.requests, setting.requests),
      seed: reader.number('seed', BOUNDS.seed, setting.seed),
    },
    promise: reader.promise(promise),
  });
  reader.complainAboutTheRest();
  return { question, notices: reader.notices };
}

class LinkReader {
  readonly notices: string[] = [];
  private readonly asked = new Set<string>();

  constructor(private readonly words: URLSearchParams) {}

  number(name: string, bounds: NumberBounds, otherwise: number): number {
    return this.read(name, otherwise, numberWords(bounds, String), (text) => (/^\d+(\.\d+)?$/.test(text) ? within(bounds, Number(text)) : undefined));
  }

  duration(name: string, bounds: NumberBounds, otherwise: number): number {
    return this.read(name, otherwise, numberWords(bounds, msText), (text) => {
      if (bounds.mayBeNone === true && text === NONE) return Number.POSITIVE_INFINITY;
      const us = parseDurationUs(text);
      return us === undefined ? undefined : within(bounds, us / US_PER_MS);
    });
  }

  /** Of laws that have their own, nothing is to be read. */
  cv(law: string, otherwise: number): number {
    const fixed = law === 'constant' || law === 'exponential';
    return this.number('cv', fixed ? { least: 0, most: BOUNDS.serviceCv.most, isWhole: false } : BOUNDS.serviceCv, Math.max(BOUNDS.serviceCv.least, otherwise));
  }

  word<Word extends string>(name: string, known: readonly Word[], otherwise: Word): Word {
    return this.read(name, otherwise, `one of ${known.join(', ')}`, (text) => known.find((word) => word === text));
  }

  promise(otherwise: Question['promise']): Question['promise'] {
    return this.read('slo', otherwise, 'a promise such as p(95)<2s', (text) => {
      const [, percentile, duration = ''] = /^p\((\d+)\)<(\S+)$/.exec(text) ?? [];
      const known = PERCENTILES.find((one) => String(one) === percentile);
      const us = parseDurationUs(duration);
      const withinMs = us === undefined ? undefined : within(BOUNDS.promiseMs, us / US_PER_MS);
      return known === undefined || withinMs === undefined ? undefined : { percentile: known, withinMs };
    });
  }

  complainAboutTheRest(): void {
    const unknown = [...new Set(this.words.keys())].filter((name) => !this.asked.has(name));
    if (unknown.length > 0) this.notices.push(`unknown: ${unknown.slice(0, 5).map(short).join(', ')}`);
  }

  private read<Value>(name: string, otherwise: Value, expected: string, parse: (text: string) => Value | undefined): Value {
    this.asked.add(name);
    const text = this.words.get(name);
    if (text === null) return otherwise;
    const value = parse(text);
    if (value !== undefined) return value;
    this.notices.push(`${name}: expected ${expected}, got ${short(text)}`);
    return otherwise;
  }
}

/** @returns undefined: out of bounds */
function within({ least, most, isWhole }: NumberBounds, value: number): number | undefined {
  return value >= least && value <= most && (!isWhole || Number.isInteger(value)) ? value : undefined;
}

function numberWords({ least, most, isWhole, mayBeNone }: NumberBounds, text: (value: number) => string): string {
  return `${mayBeNone === true ? 'none, or ' : ''}${isWhole ? 'a whole number ' : ''}from ${text(least)} to ${text(most)}`;
}

function short(text: string): string {
  return JSON.stringify(text.length > 40 ? `${text.slice(0, 40)}…` : text);
}
