/**
 * What is to be done about cells that mean nothing because the whole file writes them so. Country by country spreadsheets
 * write the same number and the same day in ways that contradict each other: nobody guesses here.
 */

/** `2,5`, `1.234,5`, `1,234.5` */
const NUMBER_WITH_COMMA = /^-?\d[\d.]*(?:,\d+)+(?:\.\d+)?$/;
/** `11/16/2023 …`, `16.11.2023 …`, `3-4-2024`, `2024/3/4` */
const DATE_OF_A_COUNTRY = /^(?:\d{1,2}([./-])\d{1,2}\1(?:\d{4}|\d\d)|\d{4}([./])\d{1,2}\2\d{1,2})(?!\d)/;
/** `1.73169E+12` */
const SHORTENED = /^\d(?:[.,]\d+)?E\+?\d+$/i;

export function hasDecimalComma(text: string): boolean {
  return NUMBER_WITH_COMMA.test(text);
}

export const POINT_ADVICE =
  "Expected a point before the decimals and nothing between thousands (2.5, 1234.5): without such rows mostly whole numbers would be left; choose points when you export, or where columns are not separated by commas: sed -E 's/([0-9]),([0-9])/\\1.\\2/g' FILE > points.csv";

/** @returns undefined: there is nothing to be seen in the text but that it is no timestamp */
export function adviceOnInstant(text: string): string | undefined {
  if (DATE_OF_A_COUNTRY.test(text))
    return 'Expected ISO 8601 such as 2024-11-15 16:57:50 (UTC) or 2024-11-15T16:57:50+01:00, or seconds, milli-, micro- or nanoseconds since 1970: which number is the month here depends on the country; in a spreadsheet give the column the format yyyy-mm-dd hh:mm:ss and export it again';
  if (SHORTENED.test(text))
    return 'A spreadsheet has shortened the number, and its last digits are lost: give the column the format of a whole number (0) and export it again';
  if (/^\d{4}-\d\d-\d\d$/.test(text)) return 'Expected the time of day too, such as 2024-11-15 16:57:50: requests of one day would all come at once';
  return undefined;
}
