import type { DialName, Dials } from './point.js';

/** Both SDKs refuse a start_timeout of that or less, so that another client cannot stand in for a plain one; the server takes more than 100 ms. */
export const SDK_MIN_START_TIMEOUT_MS = 1_000;
export const SERVER_MIN_START_TIMEOUT_MS = 100;

/** @throws RangeError for a dial that means nothing to a load, and for a value that no dial has */
export function checkDials(dials: Dials, known: ReadonlySet<DialName>): void {
  const { limit, rateFactor = 1, serviceFactor = 1, batchMean = 1, serviceCv = 0, ghosts = 0 } = dials;
  for (const [name, value] of Object.entries(dials))
    if (value !== undefined && !known.has(name as DialName)) throw new RangeError(`expected one of ${[...known].join(', ')}, got the dial ${name}`);
  if (!(Number.isInteger(limit) && limit >= 1)) throw new RangeError(`expected a limit of at least 1, got ${limit}`);
  if (!(Number.isInteger(ghosts) && ghosts >= 0)) throw new RangeError(`expected a whole number of ghost slots, got ${ghosts}`);
  for (const [name, factor] of Object.entries({ rateFactor, serviceFactor }))
    if (!(factor > 0 && Number.isFinite(factor))) throw new RangeError(`expected a ${name} above 0, got ${factor}`);
  if (!(batchMean >= 1)) throw new RangeError(`expected a mean batch of at least 1, got ${batchMean}`);
  if (!(serviceCv >= 0)) throw new RangeError(`expected a coefficient of variation from 0 up, got ${serviceCv}`);
}
