import { markdownText } from '../escape.js';
import { shortLine } from './short-line.js';

const MOST_CHARACTERS = 600;

/** Words on one line of Markdown, harmless and not longer than anybody reads. */
export function prose(words: string, most = MOST_CHARACTERS): string {
  return markdownText(shortLine(words, most));
}
