import { UsageError } from '../failures.js';
import { placeOf, withMember } from './json-places.js';
import { SCRIPT, SCRIPT_NAME } from './scaffold.js';

/** What becomes of `package.json`: its new text, or why it stays as it is. */
export type PackageChange = { readonly text: string; readonly replaces: boolean } | { readonly kept: string };

/** Adds the npm script, and leaves every other character where it is. @throws UsageError for what is no package.json */
export function withScript(text: string, path: string, force: boolean): PackageChange {
  const scripts = scriptsOf(text, path);
  const former = scripts?.[SCRIPT_NAME];
  if (former === SCRIPT) return { kept: `has the script ${JSON.stringify(SCRIPT_NAME)} already` };
  if (former !== undefined && !(force && isOurs(former)))
    return { kept: `has a script ${JSON.stringify(SCRIPT_NAME)} of its own${isOurs(former) ? '; --force sets it back' : ''}` };
  const unit = /^[ \t]+(?=")/m.exec(text)?.[0] ?? '  ';
  const value = JSON.stringify(SCRIPT);
  const place = placeOf(text, 'scripts');
  if (place === undefined)
    return {
      text: replaced(text, rootOf(text), (root) => withMember(root, 'scripts', `{ ${JSON.stringify(SCRIPT_NAME)}: ${value} }`, '', unit)),
      replaces: false,
    };
  const own = former === undefined ? undefined : placeOf(text, SCRIPT_NAME, place.start);
  if (own !== undefined) return { text: replaced(text, own, () => value), replaces: true };
  return { text: replaced(text, place, (object) => withMember(object, SCRIPT_NAME, value, unit, unit)), replaces: false };
}

/** One that begins like ours has been written by `init`, or takes its place. */
function isOurs(script: unknown): boolean {
  return typeof script === 'string' && script.startsWith('slotstorm run ');
}

function scriptsOf(text: string, path: string): Readonly<Record<string, unknown>> | undefined {
  const content = parsed(text, path);
  const scripts = content['scripts'];
  if (scripts === undefined) return undefined;
  if (!isObject(scripts)) throw new UsageError(`${path}: expected "scripts" to be an object; correct it, then run init again`);
  return scripts;
}

function parsed(text: string, path: string): Readonly<Record<string, unknown>> {
  let content: unknown;
  try {
    content = JSON.parse(text.replace(/^\uFEFF/, ''));
  } catch (error) {
    throw new UsageError(`${path}: expected JSON: ${(error as Error).message}; correct it, then run init again`);
  }
  if (!isObject(content)) throw new UsageError(`${path}: expected an object; correct it, then run init again`);
  return content;
}

function isObject(value: unknown): value is Readonly<Record<string, unknown>> {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}

function rootOf(text: string): { readonly start: number; readonly end: number } {
  return { start: text.indexOf('{'), end: text.lastIndexOf('}') + 1 };
}

function replaced(text: string, { start, end }: { readonly start: number; readonly end: number }, change: (part: string) => string): string {
  return `${text.slice(0, start)}${change(text.slice(start, end))}${text.slice(end)}`;
}
