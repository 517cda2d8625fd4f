import { markdownFence } from '../escape.js';

const MOST_LINES = 120;
const MOST_CHARACTERS = 8_000;

/** Several lines as a fenced block of Markdown. It says where it was cut. */
export function codeBlock(text: string, language: string): string {
  const cut = text.slice(0, MOST_CHARACTERS).split(/\r\n?|\n/);
  const rest = text.length > MOST_CHARACTERS || cut.length > MOST_LINES ? ['# … cut here; the whole is in the report'] : [];
  return markdownFence([...cut.slice(0, MOST_LINES), ...rest], language);
}
