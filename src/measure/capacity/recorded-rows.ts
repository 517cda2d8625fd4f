/** Rows of a recording that a load is not made of, for one reason. */
export interface LeftOutRows {
  readonly reason: string;
  readonly count: number;
  /** Where the first of them stands; undefined: nobody knows. */
  readonly firstLine?: number | undefined;
  /** They mean nothing, are of no interest (`where`), or lie outside the slice. undefined: an older slotstorm wrote it. */
  readonly kind?: 'unusable' | 'unwanted' | 'outside' | undefined;
}

/** How much of a recording a load is made of. */
export interface RecordedRows {
  readonly file: string;
  readonly rows: number;
  readonly used: number;
  readonly skipped: readonly LeftOutRows[];
}

/** What a reader of a recording (`sim/trace-census`, which this room does not know) says of rows that it skipped. */
export interface SkippedRows {
  readonly reason: string;
  readonly rows: number;
  readonly firstLine: number;
  readonly unusable: boolean;
}

/** @param outside usable rows that lie outside the slice */
export function leftOut(skipped: readonly SkippedRows[], outside: number): LeftOutRows[] {
  const rows = skipped.map(({ reason, rows: count, firstLine, unusable }): LeftOutRows => {
    return { reason, count, firstLine, kind: unusable ? 'unusable' : 'unwanted' };
  });
  return outside === 0 ? rows : [...rows, { reason: 'outside the slice', count: outside, kind: 'outside' }];
}

/** `, from line 812 on`: behind the number of rows that were left out. Empty where nobody knows. */
export function fromLineText(firstLine: number | undefined): string {
  return firstLine === undefined ? '' : `, from line ${firstLine} on`;
}

/** Above this share of the rows nobody may overlook what was lost: with the work that is missing, limits come out too small. */
const FEW = 0.02;

/** Of the rows that were asked for, the share that means nothing. */
export function lostShare({ rows, skipped }: RecordedRows): number {
  const count = (kind: LeftOutRows['kind']): number => skipped.reduce((sum, one) => (one.kind === kind ? sum + one.count : sum), 0);
  const lost = count('unusable');
  return lost === 0 ? 0 : lost / (rows - count('unwanted'));
}

export function hasLostMany(rows: RecordedRows): boolean {
  return lostShare(rows) > FEW;
}
