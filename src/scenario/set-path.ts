import { PRESET_NAMES } from '../core/policy.js';
import type { ScenarioPath } from './problems.js';
import { valueAt } from './value-at.js';

/** One change to a scenario's data: `platform.accounts.acme.limit=20`. */
export interface Setting {
  readonly path: string;
  readonly value: unknown;
}

/** A path that leads nowhere. */
export class SettingError extends Error {
  override readonly name = 'SettingError';

  /** @param reached as far as the path leads */
  constructor(
    message: string,
    readonly reached: ScenarioPath = [],
  ) {
    super(message);
  }
}

/** A setting that could not be made, and why. */
export interface FailedSetting {
  readonly setting: Setting;
  readonly message: string;
  /** As far as its path leads; undefined: it is no path at all. */
  readonly reached: ScenarioPath | undefined;
  /** Whether what comes next in the path is an entry by its id or name. */
  readonly byName: boolean;
  /** What it may have been meant to set. */
  readonly meant: readonly ScenarioPath[];
}

/** Makes the settings that can be made. @returns a changed copy, the plain paths of those that were made, and those that could not be */
export function applyWhatCanBe(
  data: unknown,
  settings: readonly Setting[],
): { readonly data: unknown; readonly paths: readonly ScenarioPath[]; readonly failed: readonly FailedSetting[] } {
  const changed: unknown = structuredClone(data);
  const paths: ScenarioPath[] = [];
  const failed: FailedSetting[] = [];
  for (const setting of settings) {
    try {
      paths.push(applyOne(changed, setting));
    } catch (error) {
      if (!(error instanceof SettingError)) throw error;
      const reached = error.reached.length === 0 ? undefined : error.reached;
      const byName = reached !== undefined && !/^\d+$/.test(splitPath(setting.path)[reached.length] ?? '');
      failed.push({ setting, message: error.message, reached, byName, meant: reached === undefined ? [] : meantBy(setting, reached, changed) });
    }
  }
  return { data: changed, paths, failed };
}

/**
 * Changes data as the settings say. A part of the path is a key, a list index, or the id or name of a list entry.
 * Missing keys at the end are made. A policy given by its preset's name becomes switches when one of them is set.
 * @returns a changed copy, and the plain path of each setting
 */
export function applySettings(data: unknown, settings: readonly Setting[]): { readonly data: unknown; readonly paths: readonly ScenarioPath[] } {
  const changed: unknown = structuredClone(data);
  const paths = settings.map((setting) => applyOne(changed, setting));
  return { data: changed, paths };
}

/** Where no entry of a list is meant, the same in each of them; else whatever is where the path ends. */
function meantBy({ path }: Setting, reached: ScenarioPath, data: unknown): ScenarioPath[] {
  const list = valueAt(data, reached);
  const rest = splitPath(path).slice(reached.length + 1);
  if (!Array.isArray(list) || rest.length === 0) return [reached];
  const inside = rest.map((part) => (/^\d+$/.test(part) ? Number(part) : part));
  return list.map((_, n) => [...reached, n, ...inside]);
}

function applyOne(root: unknown, { path, value }: Setting): ScenarioPath {
  const parts = splitPath(path);
  if (parts.length === 0 || parts.some((part) => part === '')) throw new SettingError(`expected a path such as platform.policy, got "${path}"`);
  if (parts.some((part) => part === '__proto__' || part === 'constructor' || part === 'prototype'))
    throw new SettingError(`"${path}" is no path in a scenario`);
  const plain: (string | number)[] = [];
  let parent = root;
  for (const [depth, part] of parts.entries()) {
    if (typeof parent !== 'object' || parent === null)
      throw new SettingError(`"${path}" leads into "${parts.slice(0, depth).join('.')}", which is no object and no list`, plain);
    const key = Array.isArray(parent) ? indexIn(parent, part, path, plain) : part;
    plain.push(key);
    const holder = parent as Record<string | number, unknown>;
    if (depth === parts.length - 1) {
      holder[key] = structuredClone(value);
    } else {
      if (holder[key] === undefined) holder[key] = {};
      if (key === 'policy' && isPreset(holder[key])) holder[key] = { preset: holder[key] };
      parent = holder[key];
    }
  }
  return plain;
}

/** Dots separate, except inside "quotes": thresholds and endpoints have dots and slashes in their names. */
function splitPath(path: string): string[] {
  const parts: string[] = [];
  for (const [, quoted, bare] of path.matchAll(/(?:^|\.)(?:"([^"]*)"|([^."]*))/g)) parts.push(quoted ?? bare ?? '');
  return parts;
}

function indexIn(list: readonly unknown[], part: string, path: string, at: ScenarioPath): number {
  if (/^\d+$/.test(part)) {
    const index = Number(part);
    if (index < list.length) return index;
    throw new SettingError(`"${path}": the list has ${list.length} entries, there is no [${part}]`, at);
  }
  const index = list.findIndex(
    (entry) => typeof entry === 'object' && entry !== null && ((entry as { id?: unknown }).id === part || (entry as { name?: unknown }).name === part),
  );
  if (index >= 0) return index;
  throw new SettingError(`"${path}": no entry of the list has the id or name "${part}"`, at);
}

function isPreset(value: unknown): boolean {
  return (PRESET_NAMES as readonly unknown[]).includes(value);
}
