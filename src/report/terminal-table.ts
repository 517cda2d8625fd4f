import { cutText } from './format.js';

const GAP = 2;
const WIDEST_COLUMN = 24;

/** Columns of text side by side: as many as fit, the first in any case. */
export class FittedColumns {
  private readonly shown: { readonly widest: number; readonly column: readonly string[] }[] = [];
  /** Columns that found no room. */
  readonly hidden: number;

  /** @param used what stands left of them @param width of the whole line */
  constructor(columns: readonly (readonly string[])[], used: number, width: number) {
    let end = used;
    for (const column of columns) {
      const widest = Math.min(WIDEST_COLUMN, Math.max(...column.map((cell) => cell.length)));
      if (end + widest + GAP > width && this.shown.length > 0) break;
      this.shown.push({ widest, column });
      end += widest + GAP;
    }
    this.hidden = columns.length - this.shown.length;
  }

  /** One line of all of them, right aligned. */
  line(at: number): string {
    return this.shown.map(({ widest, column }) => ' '.repeat(GAP) + cutText(column[at] ?? '', widest).padStart(widest)).join('');
  }
}
