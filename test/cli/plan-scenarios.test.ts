import { readdirSync } from 'node:fs';
import { describe, expect, it, test } from 'vitest';
import { loadScenario } from '../../src/cli/load-scenario.js';
import { realOutside } from '../../src/cli/outside.js';
import type { PlanResult } from '../../src/measure/capacity/plan-result.js';
import { prepareScenario } from '../../src/prepare.js';
import { readPlan } from '../../src/results/plan-file.js';
import { slotstorm } from './memory-outside.js';

const FILES = readdirSync('scenarios').filter((name) => name.endsWith('.yaml'));
const FEW = ['--seeds', '8', '--workers', '1', '--reporter', 'none', '--json'];

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
        } else {
          const { answer } = await planned(...question, ...slo, '--quick');
          expect(answer.limit ?? answer.why, question.join(' ')).toBeDefined();
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
