import type { PlanResult } from '../../measure/capacity/plan-result.js';
import { EXIT_CODES } from '../../measure/exit-codes.js';
import { refuseSlips } from '../../plan/slos.js';
import { Interrupted } from '../failures.js';
import type { Outside } from '../outside.js';
import { type AskedLoad, askedLoad, settingOf } from '../plan/asked-load.js';
import { refuseContradictions } from '../plan/contradictions.js';
import type { PlanArguments } from '../plan/options.js';
import { heldAgainst, readPlanBaseline } from '../plan/plan-baseline.js';
import { writePlanCiOutput } from '../plan/plan-ci-output.js';
import { probePlanFolder, writePlanFolder, writesPlanFiles } from '../plan/plan-files.js';
import { PlanJob } from '../plan/plan-job.js';
import { PlanProgress } from '../plan/plan-progress.js';
import { showPlan } from '../plan/show-plan.js';
import { simulatorFor } from '../plan/simulator.js';
import { type Progress, runWithProgress } from '../progress.js';
import { renewIndexPage } from '../report/run-history.js';

/**
 * Finds the smallest limit that keeps the SLOs, and what would be otherwise.
 * @returns the exit code: 0 answered, or the gate passed; 99 no limit does, or the gate's does not; 96 undecided; 97 worse
 * than the baseline; 98 an invariant broke
 */
export async function planCommand(given: PlanArguments, outside: Outside, stream: NodeJS.WriteStream | undefined): Promise<number> {
  refuseContradictions(given);
  refuseSlips(given.slo ?? []);
  return given['one-run'] === true ? oneRunOf(given, outside) : plan(given, outside, stream);
}

async function oneRunOf(given: PlanArguments, outside: Outside): Promise<number> {
  const { oneRun } = await import('../plan/one-run.js');
  return oneRun({ ...settingOf(given), ghosts: given.ghosts ?? 0 }, given.slo ?? [], outside);
}

async function plan(given: PlanArguments, outside: Outside, stream: NodeJS.WriteStream | undefined): Promise<number> {
  const asked = await askedLoad(given, outside);
  // Everything that can be wrong is found before anything is simulated.
  const baseline = given.baseline === undefined ? undefined : readPlanBaseline(given.baseline, asked.name, outside.files);
  if (writesPlanFiles(given.reporter)) probePlanFolder(asked.name, given.out, outside);
  const interrupt = new AbortController();
  const stopListening = outside.onInterrupt(() => interrupt.abort(new Interrupted('interrupted: no report was written')));
  try {
    const run = (bar: Progress): Promise<PlanResult> => simulate(asked, given, outside, { bar, interrupt: interrupt.signal });
    const [found] = (await runWithProgress([{ title: `plan ${asked.name}`, run }], outside.err, stream)) as [PlanResult];
    interrupt.signal.throwIfAborted();
    const result = baseline === undefined ? found : heldAgainst(found, baseline, given.allow ?? []);
    const folder = writesPlanFiles(given.reporter) ? await writePlanFolder(result, asked.name, given, outside, interrupt.signal) : undefined;
    if (folder !== undefined) await renewIndexPage(given.out, outside);
    await showPlan(result, folder, given, outside);
    if (given.reporter.includes('github')) writePlanCiOutput(result, asked.name, given.scenario, outside);
    openReport(result, folder, given, outside);
    return result.exitCode;
  } finally {
    stopListening();
  }
}

interface Watched {
  readonly bar: Progress;
  readonly interrupt: AbortSignal;
}

async function simulate(asked: AskedLoad, given: PlanArguments, outside: Outside, { bar, interrupt }: Watched): Promise<PlanResult> {
  const progress = new PlanProgress(asked.name, bar, outside, given.json || given.quiet);
  const simulator = await simulatorFor({ given, recordings: asked.recordings, interrupt, progress }, outside);
  const step = (what: string): void => {
    interrupt.throwIfAborted();
    progress.step(what);
  };
  try {
    return await new PlanJob(asked, given, { simulator, outside, progress: step }).run();
  } finally {
    await simulator.stop();
  }
}

function openReport({ exitCode }: PlanResult, folder: string | undefined, { open, reporter }: PlanArguments, outside: Outside): void {
  if (folder === undefined || !reporter.includes('html')) return;
  if (open === 'always' || (open === 'on-failure' && exitCode !== EXIT_CODES.passed.code)) outside.open(`${folder}/plan.html`);
}
