import { parseTimestampUs } from './timestamps.js';

/** Why a header may lack the column that was asked for, and what to do. @param names without blanks around them @returns '' where nothing is to be seen */
export function adviceOnHeader(names: readonly string[]): string {
  const [first = ''] = names;
  if (/^sep=$/i.test(first)) return '; the first line is a note to a spreadsheet: tail -n +2 FILE > requests.csv';
  if (names.some((name) => parseTimestampUs(name) !== undefined)) return '; that looks like a row: put a line with the names of the columns on top';
  if (names.some((name) => name.includes('\uFFFD')))
    return '; the file is no UTF-8: iconv -f WINDOWS-1252 -t UTF-8 FILE > requests.csv, or whatever it is written in';
  if (names.length === 1 && first.includes('|')) return "; expected commas, tabs or semicolons between columns: tr '|' ',' < FILE > requests.csv";
  if (names.length === 1 && /\s/.test(first)) return '; expected commas, tabs or semicolons between columns';
  return '';
}
