import { markdownText as text } from './escape.js';
import { cutText } from './format.js';

/** A name of ten thousand letters would make a table that nobody can read. */
const MOST_CELL_CHARACTERS = 240;

/** @param headings one that begins with `>` is right aligned */
export function markdownTable(headings: readonly string[], rows: readonly (readonly string[])[]): string {
  const line = (cells: readonly string[]): string => `| ${cells.map((cell) => text(cutText(cell, MOST_CELL_CHARACTERS))).join(' | ')} |`;
  const names = headings.map((heading) => heading.replace(/^>/, ''));
  const rule = `| ${headings.map((heading) => (heading.startsWith('>') ? '---:' : '---')).join(' | ')} |`;
  return [line(names), rule, ...rows.map(line)].join('\n');
}
