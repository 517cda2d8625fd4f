import { visible } from '../escape.js';

const MOST_CHARACTERS = 240;

/**
 * One line of a text from outside, for a log that a CI server reads: no control characters, no longer than `most`, and
 * nothing that a runner of GitHub would take for a command of the old kind (`##[…]`).
 */
export function shortLine(text: string, most = MOST_CHARACTERS): string {
  // A character takes up two places at most.
  const characters = [...text.slice(0, 2 * most + 2)];
  const cut = characters.length > most ? `${characters.slice(0, most - 1).join('')}…` : text;
  return visible(cut).replaceAll('##[', '#\u200B#[').trim();
}
