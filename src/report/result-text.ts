import type { ResultFile } from '../measure/result.js';

/** What a page carries: `result.json` without its line breaks. */
export function compactText(result: ResultFile): string {
  return compactJson(result);
}

/** Any value as JSON on one line. */
export function compactJson(value: unknown): string {
  return JSON.stringify(value, finite);
}

/** The text of `result.json` itself. */
export function fileText(result: ResultFile): string {
  return `${JSON.stringify(result, finite, 1)}\n`;
}

/** JSON knows no Infinity: "no limit" and "never" are written as words. */
function finite(_key: string, value: unknown): unknown {
  return typeof value === 'number' && !Number.isFinite(value) ? String(value) : value;
}
