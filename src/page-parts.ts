/** What the printed pages of docs/ are made of. */

const PRINTED = '<!-- Printed from the code by `npm run docs`; edit the tables there. -->';

export function page(title: string, intro: string, parts: readonly string[]): string {
  return `${PRINTED}\n\n# ${title}\n\n${intro}\n\n${parts.join('\n\n')}\n`;
}

export function table(head: readonly string[], rows: readonly (readonly string[])[]): string {
  const line = (cells: readonly string[]): string => `| ${cells.map((cell) => cell.replaceAll('|', '\\|')).join(' | ')} |`;
  return [line(head), line(head.map(() => '---')), ...rows.map(line)].join('\n');
}
