import { LoadError } from '../load/driver.js';
import type { RunResult } from '../measure/result.js';
import type { PreparedScenario } from '../prepare.js';
import type { Scenario } from '../scenario/types.js';
import { ForeignRun } from './foreign-run.js';
import { OwnRun } from './own-run.js';
import type { RunCase } from './run-parts.js';
import type { LiveTerms } from './terms.js';

/**
 * One scenario with one seed, live: load over HTTP, steps at their times, and the same verdicts as in virtual time.
 * @param evidence whether charts and ledgers are kept
 * @throws LoadError for what is missing or wrong outside
 */
export function runLive(which: RunCase, evidence: boolean): Promise<RunResult> {
  const { target } = which.terms;
  return target === undefined ? new OwnRun(which, evidence).run() : new ForeignRun(which, target).run();
}

/**
 * Says before anything is sent what cannot be.
 * @throws LoadError with every variant that the driver cannot express, and why
 */
export function checkExpressible({ variants }: PreparedScenario, { driver }: Pick<LiveTerms, 'driver'>): void {
  const found = variants.map(({ name, scenario }) => ({ name, ...complaintsAbout(scenario, driver) }));
  const bad = found.filter(({ complaints }) => complaints.length > 0);
  if (bad.length === 0) return;
  const lines = bad.flatMap(({ name, complaints }) => complaints.map((one) => `  ${name === undefined ? '' : `${name}: `}${one}`));
  const others = found.filter(({ complaints }) => complaints.length === 0).map(({ name }) => name as string);
  const advice = bad.every(({ isForNobody }) => isForNobody)
    ? 'Leave out --live.'
    : others.length === 0
      ? 'Take another --driver.'
      : `It can send ${others.join(', ')}: add ${others.map((name) => `--variant ${name}`).join(' ')}, or take another --driver.`;
  throw new LoadError(`--driver ${driver.name} cannot send this load:\n${lines.join('\n')}\n${advice}`);
}

/** What no driver can send is said once, in our words. */
function complaintsAbout(
  scenario: Scenario,
  driver: Pick<LiveTerms, 'driver'>['driver'],
): { readonly complaints: readonly string[]; readonly isForNobody: boolean } {
  const common = commonComplaints(scenario);
  return common.length > 0 ? { complaints: common, isForNobody: true } : { complaints: driver.complaints(scenario), isForNobody: false };
}

/** What no driver can send, for it is not a client that does it. */
function commonComplaints({ workload }: Scenario): string[] {
  return workload.flatMap(({ child, webhook }, number) => [
    ...(child === undefined ? [] : [`workload.${number}: its requests submit others while they work (child), which happens in virtual time only`]),
    ...(webhook === true ? [`workload.${number}: its results go to a webhook receiver (webhook), which is there in virtual time only`] : []),
  ]);
}
