import type { TraceLoadOptions } from '../../../src/plan/trace/load-from-trace.js';
import { keepingTraces, type TraceSource } from '../../../src/sim/trace.js';

/** A row of recorded traffic: seconds since midnight of the first day, seconds of work. */
export interface Recorded {
  readonly atS: number;
  readonly workS: number;
  readonly who?: string;
  readonly model?: string;
  readonly status?: string;
}

const FIRST_DAY_MS = Date.UTC(2024, 10, 15);

/** A recording with the columns of a public trace of an image service. */
export function recording(rows: readonly Recorded[]): TraceSource {
  const lines = rows.map(({ atS, workS, who = 'ann', model = 'flux', status = 'SUCCEED' }) => {
    const instant = new Date(FIRST_DAY_MS + atS * 1000).toISOString().replace('T', ' ').replace('Z', '');
    return [instant, workS, who, model, status].join(',');
  });
  return keepingTraces(() => [`${['created,seconds,tenant,model,status', ...lines].join('\n')}\n`]);
}

export const COLUMNS: TraceLoadOptions = { file: 'requests.csv', arrivalColumn: 'created', serviceColumn: 'seconds' };

/** `count` requests at one instant. */
export function together(count: number, atS: number, workS: number, more: Partial<Recorded> = {}): Recorded[] {
  return Array.from({ length: count }, () => ({ atS, workS, ...more }));
}
