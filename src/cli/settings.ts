import { parse as parseYaml } from 'yaml';
import type { Setting } from '../scenario/set-path.js';
import { UsageError } from './failures.js';

/** What `--set` was given, as settings. @throws UsageError */
export function parseSettings(given: readonly string[]): Setting[] {
  return given.map((text) => parseSetting(text));
}

function parseSetting(text: string): Setting {
  const equals = text.indexOf('=');
  if (equals < 1) throw new UsageError(`--set: expected path=value such as platform.policy=fal-939, got ${JSON.stringify(text)}`);
  const raw = text.slice(equals + 1);
  try {
    return { path: text.slice(0, equals), value: parseYaml(raw) as unknown };
  } catch {
    // Text that YAML reads as something broken, such as a lone bracket, is meant as text.
    return { path: text.slice(0, equals), value: raw };
  }
}
