import { RESULT_SCHEMA_VERSION } from '../measure/result.js';
import { ResultError } from './result-error.js';

/** What brings a result of each version up to the next one. */
const STEPS: Readonly<Record<number, (data: Record<string, unknown>) => Record<string, unknown>>> = {
  // Version 2 has more fields; none of version 1 has changed its meaning.
  1: (data) => data,
};

/** Brings the data of a result up to the version that this program writes. @throws ResultError for a newer one */
export function upgrade(data: Record<string, unknown>, file: string): Record<string, unknown> {
  const version = data['schemaVersion'];
  if (typeof version !== 'number' || !Number.isInteger(version) || version < 1)
    throw new ResultError(
      `${file}: expected schemaVersion to be a whole number from 1 up to ${RESULT_SCHEMA_VERSION}, got ${JSON.stringify(version)?.slice(0, 40)}`,
    );
  if (version > RESULT_SCHEMA_VERSION) {
    const { version: tool } = data['tool'] as { readonly version?: unknown };
    throw new ResultError(
      `${file}: expected a result of schema version ${RESULT_SCHEMA_VERSION} or older, got version ${version}${typeof tool === 'string' ? ` (written by slotstorm ${tool.slice(0, 40)})` : ''}; use that slotstorm or a newer one`,
    );
  }
  let upgraded = data;
  for (let from = version; from < RESULT_SCHEMA_VERSION; from++) upgraded = STEPS[from]?.(upgraded) ?? upgraded;
  upgraded['schemaVersion'] = RESULT_SCHEMA_VERSION;
  return upgraded;
}
