import { BOUNDS, type NumberBounds, type Question } from '../question.js';

/** One number of the question, as the page offers it. */
export interface Dial {
  readonly name: string;
  readonly label: string;
  /** What the number field counts in. */
  readonly unit: string;
  readonly bounds: NumberBounds;
  /** Of the question's unit, one of the field's: 1000 where a field of seconds sets ms. */
  readonly perUnit: number;
  /** How the slider runs: in equal steps, or in equal ratios. */
  readonly scale: 'linear' | 'ratio';
  readonly read: (question: Question) => number;
  readonly write: (question: Question, value: number) => Question;
}

type SettingName = 'limit' | 'ratePerSecond' | 'batchMean' | 'ghosts' | 'startTimeoutMs' | 'requests' | 'seed';

const MS_PER_S = 1_000;

function settingDial(name: SettingName, label: string, unit: string, scale: Dial['scale'], perUnit = 1): Dial {
  return {
    name,
    label,
    unit,
    bounds: BOUNDS[name],
    perUnit,
    scale,
    read: ({ setting }) => setting[name],
    write: (question, value) => ({ ...question, setting: { ...question.setting, [name]: value } }),
  };
}

function serviceDial(part: 'meanMs' | 'cv', name: 'meanServiceMs' | 'serviceCv', label: string, unit: string, perUnit: number): Dial {
  return {
    name,
    label,
    unit,
    bounds: BOUNDS[name],
    perUnit,
    scale: 'ratio',
    read: ({ setting }) => setting.service[part],
    write: (question, value) => ({ ...question, setting: { ...question.setting, service: { ...question.setting.service, [part]: value } } }),
  };
}

export const PLATFORM_DIALS: readonly Dial[] = [
  settingDial('limit', 'Limit', 'slots', 'linear'),
  settingDial('ghosts', 'Ghost slots', 'slots', 'linear'),
  settingDial('startTimeoutMs', 'Start timeout', 's', 'ratio', MS_PER_S),
];

export const LOAD_DIALS: readonly Dial[] = [
  settingDial('ratePerSecond', 'Rate', 'requests/s', 'ratio'),
  settingDial('batchMean', 'Burstiness: requests at one instant', 'on average', 'ratio'),
  serviceDial('meanMs', 'meanServiceMs', 'Mean service', 's', MS_PER_S),
];

/** Only for laws that have one of their own. */
export const CV_DIAL = serviceDial('cv', 'serviceCv', 'Variation of service', 'sd/mean', 1);

export const RUN_DIALS: readonly Dial[] = [settingDial('requests', 'Requests', 'in a run', 'ratio'), settingDial('seed', 'Seed', '', 'linear')];

export const PROMISE_DIAL: Dial = {
  name: 'promiseMs',
  label: 'Promised wait',
  unit: 's',
  bounds: BOUNDS.promiseMs,
  perUnit: MS_PER_S,
  scale: 'ratio',
  read: ({ promise }) => promise.withinMs,
  write: (question, withinMs) => ({ ...question, promise: { ...question.promise, withinMs } }),
};

/** Sliders of ratios have so many places. */
const PLACES = 400;
const DIGITS = 2;
/** The slider reaches this far; the field and links go to the bounds. */
const SLIDER_MOST: Readonly<Record<string, number>> = {
  limit: 200,
  ghosts: 60,
  seed: 200,
  startTimeoutMs: 3_600_000,
  meanServiceMs: 600_000,
  ratePerSecond: 100,
  promiseMs: 600_000,
};
const SLIDER_LEAST: Readonly<Record<string, number>> = { ratePerSecond: 0.1, meanServiceMs: 100, promiseMs: 100 };

/** Where a slider begins and ends, in its own places. */
export function sliderEnds({ scale, name, bounds }: Dial): { readonly first: number; readonly last: number } {
  if (scale === 'ratio') return { first: 0, last: PLACES + (bounds.mayBeNone === true ? 1 : 0) };
  return { first: bounds.least, last: SLIDER_MOST[name] ?? bounds.most };
}

/** The value at a place of the slider; Infinity at the end of one that may be none. */
export function valueAt(dial: Dial, place: number): number {
  if (dial.scale === 'linear') return place;
  if (place > PLACES) return Number.POSITIVE_INFINITY;
  const { least, most } = sliderSpan(dial);
  const value = least * (most / least) ** (place / PLACES);
  const rounded = Number(value.toPrecision(DIGITS));
  return Math.min(most, Math.max(least, dial.bounds.isWhole ? Math.round(rounded) : rounded));
}

/** The place that is nearest to a value. */
export function placeOf(dial: Dial, value: number): number {
  const { first, last } = sliderEnds(dial);
  if (dial.scale === 'linear') return Math.min(last, Math.max(first, value));
  if (!Number.isFinite(value)) return last;
  const { least, most } = sliderSpan(dial);
  const place = Math.round((Math.log(value / least) / Math.log(most / least)) * PLACES);
  return Math.min(PLACES, Math.max(0, place));
}

function sliderSpan({ name, bounds }: Dial): { readonly least: number; readonly most: number } {
  return { least: SLIDER_LEAST[name] ?? bounds.least, most: SLIDER_MOST[name] ?? bounds.most };
}

/** What the number field shows; '' for none. */
export function fieldText({ perUnit }: Dial, value: number): string {
  return Number.isFinite(value) ? String(Number((value / perUnit).toPrecision(12))) : '';
}

/** What a reader wrote; undefined: it cannot be taken. */
export function valueOfField({ bounds, perUnit }: Dial, text: string): number | undefined {
  const trimmed = text.trim();
  if (trimmed === '') return bounds.mayBeNone === true ? Number.POSITIVE_INFINITY : undefined;
  const value = Number((Number(trimmed) * perUnit).toPrecision(12));
  return value >= bounds.least && value <= bounds.most && (!bounds.isWhole || Number.isInteger(value)) ? value : undefined;
}

/** `1 to 500`, in the unit of the field. */
export function boundsText({ bounds, perUnit, unit }: Dial): string {
  const { least, most, isWhole, mayBeNone } = bounds;
  return `${isWhole ? 'a whole number ' : ''}from ${least / perUnit} to ${(most / perUnit).toLocaleString('en-US')}${unit === 's' ? ' s' : ''}${mayBeNone === true ? ', or nothing for none' : ''}`;
}
