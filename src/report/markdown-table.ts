import { markdownText as text } from './escape.js';

/** @param headings one that begins with `>` is right aligned */
export function markdownTable(headings: readonly string[], rows: readonly (readonly string[])[]): string {
  const line = (cells: readonly string[]): string => `| ${cells.map(text).join(' | ')} |`;
  const names = headings.map((heading) => heading.replace(/^>/, ''));
  const rule = `| ${headings.map((heading) => (heading.startsWith('>') ? '---:' : '---')).join(' | ')} |`;
  return [line(names), rule, ...rows.map(line)].join('\n');
}
