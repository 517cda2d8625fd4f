import { EXIT_CODES } from '../../measure/exit-codes.js';
import type { Setting } from '../../plan/setting.js';
import { plainSetting } from '../../playground/question.js';
import { inputOf, SettingRun } from '../../playground/setting-run.js';
import { type PreparedVariant, prepareScenario } from '../../prepare.js';
import { sourceOfData } from '../../scenario/source.js';
import type { Outside } from '../outside.js';

const EVENTS_AT_A_TIME = 1_000_000;

/**
 * Simulates one seed of a setting, and prints its figures as one line of JSON: the line that the playground shows of it.
 * @param slos as `--slo` takes them @returns the exit code: 98 where an invariant broke, else 0; one seed decides no SLO
 * @throws PlanError for a setting that is no load, or for an SLO that nobody can read
 */
export function oneRun(setting: Setting, slos: readonly string[], outside: Pick<Outside, 'out'>): number {
  const plain = plainSetting(setting);
  const [variant] = prepareScenario(sourceOfData('the setting', inputOf(plain, slos))).variants;
  const run = new SettingRun(plain, variant as PreparedVariant);
  while (!run.advance(EVENTS_AT_A_TIME));
  const figures = run.figures();
  outside.out.write(`${run.lineOf(figures)}\n`);
  return (figures.broken.length > 0 ? EXIT_CODES.invariant : EXIT_CODES.passed).code;
}
