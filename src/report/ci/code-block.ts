import { visible } from '../escape.js';

const MOST_LINES = 120;
const MOST_CHARACTERS = 8_000;

/** Several lines as a fenced block of Markdown, whose fence is longer than any run of backticks inside. It says where it was cut. */
export function codeBlock(text: string, language: string): string {
  const cut = text.slice(0, MOST_CHARACTERS).split(/\r\n?|\n/);
  const lines = cut.slice(0, MOST_LINES).map(visible);
  const rest = text.length > MOST_CHARACTERS || cut.length > MOST_LINES ? ['# … cut here; the whole is in the report'] : [];
  const longest = Math.max(2, ...[...text.matchAll(/`+/g)].map(([run]) => run.length));
  const fence = '`'.repeat(longest + 1);
  return [`${fence}${language}`, ...lines, ...rest, fence].join('\n');
}
