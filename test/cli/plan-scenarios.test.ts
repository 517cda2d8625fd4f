import { readdirSync, readFileSync } from 'node:fs';
import { describe, expect, it, test } from 'vitest';
import { FIRST_SCENARIO_TEXT } from '../../src/cli/init/scaffold.js';
import { loadScenario } from '../../src/cli/load-scenario.js';
import { realOutside } from '../../src/cli/outside.js';
import type { PlanResult } from '../../src/measure/capacity/plan-result.js';
import { prepareScenario } from '../../src/prepare.js';
import { readPlan } from '../../src/results/plan-file.js';
import { TestFolder } from './folder.js';
import { slotstorm } from './memory-outside.js';

const FILES = readdirSync('scenarios').filter((name) => name.endsWith('.yaml'));
const FEW = ['--seeds', '8', '--workers', '1', '--reporter', 'none', '--json'];

/** Variants that show what goes wrong: all that they promise is that it does. */
const NOTHING_TO_PLAN_BY = [
  ['scenarios/direct-calls-retry.yaml', 'js'],
  ['scenarios/key-revocation-mid-flight.yaml', 'fal-939'],
  ['scenarios/own-app-exempt.yaml', 'guest'],
  ['scenarios/ramping-load.yaml', 'limit-10'],
];

/** Each variant of a scenario with each of its accounts, as words of the command line. */
async function questionsOf(file: string): Promise<string[][]> {
  const { variants } = prepareScenario(await loadScenario(file, realOutside().files));
  return variants.flatMap(({ name, scenario }) =>
    scenario.platform.accounts.map(({ id }) => [file, ...(name === undefined ? [] : ['--variant', name]), '--account', id]),
  );
}

async function planned(...argv: readonly string[]): Promise<PlanResult> {
  const { code, out, err } = await slotstorm(['plan', ...argv, ...FEW]);
  expect(err, argv.join(' ')).toBe('');
  expect(code, argv.join(' ')).not.toBe(104);
  return readPlan(out, 'standard output');
}

describe('a shipped scenario can be planned with, or says why not', { timeout: 120_000 }, () => {
  test.each(FILES)('%s', async (name) => {
    for (const question of await questionsOf(`scenarios/${name}`)) {
      for (const slo of [[], ['--slo', 'p(95)<1s']]) {
        // Its owner calls its own app, which takes no slot.
        if (name === 'own-app-exempt.yaml' && question.includes('team')) {
          expect((await slotstorm(['plan', ...question, ...slo, '--quick', ...FEW])).err).toContain('expected the workload to hold requests of team');
        } else if (slo.length === 0 && NOTHING_TO_PLAN_BY.some((words) => words.every((word) => question.includes(word)))) {
          expect(await slotstorm(['plan', ...question, '--quick', ...FEW])).toMatchObject({
            code: 104,
            out: '',
            err: expect.stringContaining("expected an SLO that a larger limit helps to keep: give one such as --slo 'p(95)<2s'"),
          });
        } else {
          const { answer, exitCode } = await planned(...question, ...slo, '--quick');
          expect(answer.limit ?? answer.why, question.join(' ')).toBeDefined();
          // What it expects of itself it keeps at some limit: where it would not, that was no promise to plan by.
          if (slo.length === 0) expect(exitCode, `${question.join(' ')}: ${answer.why}`).toBe(0);
        }
      }
    }
  });

  it('also with its deadlines: where clients have an SDK no start_timeout is tried that it would refuse', async () => {
    const { inverse = [] } = await planned('scenarios/own-app-exempt.yaml', '--account', 'guest', '--slo', 'avg<1s', '--start-timeout-loss', '5%');
    const answer = inverse.find(({ question }) => question === 'start-timeout');
    expect(answer?.rows[0]?.[0]).toBe('1.01s');
    expect(answer?.notes[0]).toContain('the SDKs take none of 1 s or less');
  });
});

describe('what was promised of the limit that a scenario has', { timeout: 120_000 }, () => {
  const folder = new TestFolder();
  const QUICK = ['--quick', '--workers', '1', '--reporter', 'terminal'];

  test.each([
    ['burst-submission', 'fifo', 'slots_in_use max <= 10 (speaks of the limit itself)'],
    ['start-timeout-expiry', 'fifo', 'start_timeouts count >= 26 (asks that something goes wrong)'],
    ['tier-upgrade-while-waiting', undefined, 'slots_in_use max > 2, slots_in_use max <= 20, effective_limit value == 20 (each speaks of the limit itself)'],
    ['closed-loop', 'limit-2', 'requests{outcome:ok} count < 700 (asks that less is served)'],
  ])('has no part in the answer of %s (%s), and is named', async (name, variant, note) => {
    const { answer, notes, question } = await planned(`scenarios/${name}.yaml`, ...(variant === undefined ? [] : ['--variant', variant]), '--quick');
    expect(answer.limit).toBeDefined();
    expect(notes.join('\n')).toContain(note);
    expect(question.slos.join('\n')).not.toMatch(/slots_in_use|>=? 26|< 700/);
  });

  it('does not keep the scenario that init writes from an answer, nor from passing at the limit that it runs with', async () => {
    const first = folder.file('first.yaml', FIRST_SCENARIO_TEXT);
    const { code, out } = await slotstorm(['plan', first, ...QUICK, '--limit', '10', '--gate', '--out', folder.path]);
    expect(code).toBe(0);
    expect(out).toMatch(/^\n✓ Limit 10 is enough\. You need limit \d /);
    expect(out).not.toContain('No limit up to');
    expect(out.replaceAll(/\s+/g, ' ')).toContain('these have no part in the answer: slots_in_use max <= 10 (speaks of the limit itself)');
  });

  it('is taken as it is where --slo says it: the gate and the answer never contradict each other', async () => {
    const first = folder.file('first.yaml', FIRST_SCENARIO_TEXT);
    const gated = async (limit: string, ...slos: readonly string[]): Promise<string> => {
      const asked = ['--limit', limit, '--gate', '--slo', 'p(95)<60s', ...slos.flatMap((slo) => ['--slo', slo])];
      return (await slotstorm(['plan', first, ...QUICK, ...asked, '--seeds', '16', '--out', folder.path])).out;
    };
    expect(await gated('10', 'slots_in_use max<=10')).toMatch(/^\n✓ Limit 10 is enough\. You need limit \d /);
    const above = await gated('20', 'slots_in_use max<=10');
    expect(above).toMatch(/^\n✗ Limit 20 does not meet every SLO\. You need limit \d /);
    expect(above).toMatch(/✗ Limit 20 does not meet every SLO: slots_in_use max<=10: 1\d slots/);
    const none = (await gated('10', 'slots_in_use max<=2')).replaceAll(/\s+/g, ' ');
    expect(none).toContain('✗ Limit 10 is not enough. No limit up to 10,000 is enough');
    expect(none).toContain('for they contradict each other: with 10,000 slots slots_in_use max<=2');
  });

  it('is all that fit writes: it takes --slo, as the file itself says', async () => {
    const rows = Array.from({ length: 300 }, (_, n) => `${(n * 7919) % 3000},${1 + (n % 5)}`).sort(
      (one, other) => Number.parseInt(one, 10) - Number.parseInt(other, 10),
    );
    const trace = folder.file('requests.csv', ['at,seconds', ...rows].join('\n'));
    const mine = `${folder.path}/mine.yaml`;
    expect((await slotstorm(['fit', trace, '--arrival-column', 'at', '--service-column', 'seconds', '--write', mine])).code).toBe(0);
    const plan = (...slo: readonly string[]) => slotstorm(['plan', mine, '--quick', ...slo, ...FEW]);
    const { code, err } = await plan();
    expect(code).toBe(104);
    expect(err).toContain("expected an SLO that a larger limit helps to keep: give one such as --slo 'p(95)<2s'");
    expect(err).toMatch(/slots_in_use max <= \d+ \(speaks of the limit itself\); lost_requests count == 0, leaked_slots value == 0 \(each kept or missed/);
    expect(readFileSync(mine, 'utf8').replaceAll(/\n\s*# ?/g, ' ')).toContain("slotstorm plan with --slo 'p(95)<2s'");
    const { answer } = readPlan((await plan('--slo', 'p(95)<2s')).out, 'standard output');
    expect(answer.limit).toBeDefined();
  });
});
