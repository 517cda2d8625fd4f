import type { Standing } from './ci/standing.js';
import { VERDICT_WORDS } from './verdict.js';

/** Word and icon: the colour, which `look` names, only repeats them. */
export const STANDING_WORDS: Readonly<Record<Standing, { readonly word: string; readonly icon: string; readonly look: string }>> = {
  failed: { word: 'fail', icon: VERDICT_WORDS.fail.icon, look: 'fail' },
  undecided: { word: 'undecided', icon: VERDICT_WORDS.undecided.icon, look: 'undecided' },
  warned: { word: 'warning', icon: '⚠', look: 'undecided' },
  quarantined: { word: 'quarantined', icon: '‖', look: 'aside' },
  skipped: { word: 'skipped', icon: '○', look: 'aside' },
  passed: { word: 'pass', icon: VERDICT_WORDS.pass.icon, look: 'pass' },
};
