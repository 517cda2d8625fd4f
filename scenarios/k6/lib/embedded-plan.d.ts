/** What slotstorm puts into a script that it prints; undefined in one that it runs itself. */
declare module 'slotstorm:plan' {
  import type { PlayBook, PlayHead } from '../../../src/load/k6/play.ts';

  export const embedded: { readonly head: PlayHead; readonly book: PlayBook } | undefined;
}
