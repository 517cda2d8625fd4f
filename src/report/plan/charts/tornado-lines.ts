import type { PlanResult, SensitivityRow } from '../../../measure/capacity/plan-result.js';

/** What the bars of a tornado measure. */
export type TornadoMeasure = 'limit' | 'p95 ratio';

/** The furthest that one factor moves the answer, each way. */
export interface TornadoLine {
  readonly factor: string;
  readonly down: TornadoEnd | undefined;
  readonly up: TornadoEnd | undefined;
}

export interface TornadoEnd {
  /** Infinity: no limit was found, or the wait grows without end. */
  readonly value: number;
  readonly change: string;
}

export interface Tornado {
  readonly measure: TornadoMeasure;
  /** Where nothing is changed. */
  readonly centre: number;
  /** The furthest end first; of equals as the table has them. */
  readonly lines: readonly TornadoLine[];
}

/** undefined: nothing was changed, or nothing came of it. */
export function tornadoOf({ sensitivity, answer }: PlanResult): Tornado | undefined {
  if (sensitivity === undefined) return undefined;
  const byLimit = answer.limit === undefined ? undefined : tornadoBy('limit', answer.limit, sensitivity, (row) => row.limit ?? Number.POSITIVE_INFINITY);
  return byLimit ?? tornadoBy('p95 ratio', 1, sensitivity, ({ atAnswer, p95Ratio }) => (atAnswer.unstable === undefined ? p95Ratio : Number.POSITIVE_INFINITY));
}

function tornadoBy(
  measure: TornadoMeasure,
  centre: number,
  rows: readonly SensitivityRow[],
  read: (row: SensitivityRow) => number | undefined,
): Tornado | undefined {
  const lines = [...new Set(rows.map(({ factor }) => factor))]
    .map((factor) => lineOf(factor, centre, rows, read))
    .filter(({ down, up }) => down !== undefined || up !== undefined)
    .toSorted((a, b) => reachOf(b, centre) - reachOf(a, centre));
  return lines.length === 0 ? undefined : { measure, centre, lines };
}

function lineOf(factor: string, centre: number, rows: readonly SensitivityRow[], read: (row: SensitivityRow) => number | undefined): TornadoLine {
  const ends = rows.flatMap((row): TornadoEnd[] => {
    const value = read(row);
    return row.factor !== factor || value === undefined ? [] : [{ value, change: row.change }];
  });
  const furthest = (way: 1 | -1): TornadoEnd | undefined =>
    ends.filter(({ value }) => way * (value - centre) > 0).toSorted((a, b) => way * (b.value - a.value))[0];
  return { factor, down: furthest(-1), up: furthest(1) };
}

function reachOf({ down, up }: TornadoLine, centre: number): number {
  return Math.max((up?.value ?? centre) - centre, centre - (down?.value ?? centre));
}
