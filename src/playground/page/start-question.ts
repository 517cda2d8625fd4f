import { BOUNDS, type NumberBounds, type Question } from '../question.js';

/** What a page may know of a setting. Structurally part of `Setting`. */
interface KnownStart {
  readonly limit?: unknown;
  readonly ratePerSecond?: unknown;
  readonly batchMean?: unknown;
  readonly meanServiceMs?: unknown;
}

/** The question to begin with: numbers of the page where they are usable, else those of the first question. @param text JSON */
export function questionOfStart(text: string | undefined, first: Question): Question {
  const known = parse(text);
  const { setting } = first;
  const { service } = setting;
  return {
    ...first,
    setting: {
      ...setting,
      limit: usable(known.limit, BOUNDS.limit) ?? setting.limit,
      ratePerSecond: usable(known.ratePerSecond, BOUNDS.ratePerSecond) ?? setting.ratePerSecond,
      batchMean: usable(known.batchMean, BOUNDS.batchMean) ?? setting.batchMean,
      service: { ...service, meanMs: usable(known.meanServiceMs, BOUNDS.meanServiceMs) ?? service.meanMs },
    },
  };
}

function parse(text: string | undefined): KnownStart {
  try {
    const value: unknown = JSON.parse(text ?? '{}');
    return typeof value === 'object' && value !== null ? value : {};
  } catch {
    return {};
  }
}

function usable(value: unknown, { least, most, isWhole }: NumberBounds): number | undefined {
  return typeof value === 'number' && value >= least && value <= most && (!isWhole || Number.isInteger(value)) ? value : undefined;
}
