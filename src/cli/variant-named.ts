import { nearest } from '../core/nearest-name.js';
import type { PreparedScenario, PreparedVariant } from '../prepare.js';
import { UsageError } from './failures.js';

/** @throws UsageError that names the variants there are */
export function variantNamed({ variants, file }: PreparedScenario, wanted: string): PreparedVariant {
  const found = variants.find(({ name }) => name === wanted);
  if (found !== undefined) return found;
  const names = variants.flatMap(({ name }) => name ?? []);
  const meant = nearest(wanted, names);
  const expected = names.length === 0 ? `${file} has no variants` : `expected ${names.join(', ')}`;
  throw new UsageError(`--variant: ${expected}, got ${JSON.stringify(wanted)}${meant === undefined ? '' : `; did you mean ${JSON.stringify(meant)}?`}`);
}
