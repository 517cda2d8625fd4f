import { UsageError } from './failures.js';
import type { Files } from './outside.js';
import { shippedInstead, shippedPattern } from './shipped.js';

/** Ends of the names of scenario files. */
const SCENARIO_ENDINGS = ['.yaml', '.yml', '.json', '.ts'];

/**
 * Files named by paths, folders (their scenario files) and patterns with `*`, `**` and `?`, in order and each once.
 * @throws UsageError for a path that does not exist and a pattern that matches nothing
 */
export function findFiles(patterns: readonly string[], files: Files): string[] {
  const found = new Set<string>();
  for (const pattern of patterns) {
    const matches = /[*?]/.test(pattern) ? matchPattern(pattern, files) : matchPath(pattern, files);
    for (const match of matches) found.add(match);
  }
  return [...found];
}

function matchPath(path: string, files: Files): string[] {
  if (files.isFile(path)) return [path];
  if (!files.isDirectory(path))
    throw new UsageError(`expected a scenario file, a folder or a pattern: ${JSON.stringify(path)} does not exist${shippedInstead(path, files)}`);
  const inside = files
    .list(path)
    .filter((entry) => !entry.isDirectory && isScenarioName(entry.name))
    .map((entry) => join(path, entry.name))
    .sort();
  if (inside.length === 0) throw new UsageError(`expected scenario files (${SCENARIO_ENDINGS.join(', ')}) in the folder ${JSON.stringify(path)}, got none`);
  return inside;
}

function matchPattern(pattern: string, files: Files): string[] {
  const found = matchesOf(pattern, files);
  if (found.length > 0) return found;
  const instead = shippedPattern(pattern, files, (other) => matchesOf(other, files).length > 0);
  throw new UsageError(`expected the pattern ${JSON.stringify(pattern)} to match scenario files, but nothing matches${instead}`);
}

function matchesOf(pattern: string, files: Files): string[] {
  const parts = pattern.split('/');
  const firstWild = parts.findIndex((part) => /[*?]/.test(part));
  const root = parts.slice(0, firstWild).join('/');
  const start = pattern.startsWith('/') && root === '' ? '/' : root;
  return descend(start, parts.slice(firstWild), files).sort();
}

function descend(folder: string, parts: readonly string[], files: Files): string[] {
  const [part, ...rest] = parts;
  if (part === undefined || !files.isDirectory(folder === '' ? '.' : folder)) return [];
  const entries = files.list(folder === '' ? '.' : folder).filter((entry) => !entry.name.startsWith('.') && entry.name !== 'node_modules');
  const found: string[] = [];
  if (part === '**') {
    found.push(...descend(folder, rest, files));
    for (const entry of entries) if (entry.isDirectory) found.push(...descend(join(folder, entry.name), parts, files));
    return found;
  }
  const expression = toExpression(part);
  for (const entry of entries) {
    if (!expression.test(entry.name)) continue;
    const path = join(folder, entry.name);
    if (rest.length > 0) found.push(...descend(path, rest, files));
    else if (!entry.isDirectory && isScenarioName(entry.name)) found.push(path);
  }
  return found;
}

function toExpression(part: string): RegExp {
  const escaped = part.replace(/[.+^${}()|[\]\\]/g, '\\$&');
  return new RegExp(`^${escaped.replaceAll('*', '.*').replaceAll('?', '.')}$`);
}

function isScenarioName(name: string): boolean {
  return SCENARIO_ENDINGS.some((ending) => name.endsWith(ending)) && !name.endsWith('.schema.json');
}

function join(folder: string, name: string): string {
  if (folder === '') return name;
  return folder.endsWith('/') ? `${folder}${name}` : `${folder}/${name}`;
}
