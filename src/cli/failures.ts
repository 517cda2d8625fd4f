import { LimiterError } from '../core/own-limiter-terms.js';
import { LoadError } from '../load/driver.js';
import { EXIT_CODES } from '../measure/exit-codes.js';
import { PlanError } from '../plan/plan-error.js';
import { NotRepeatable } from '../replications/repeatability.js';
import { WorkerFailure } from '../replications/worker-pool.js';
import { ResultError } from '../results/result-error.js';
import { ScenarioError } from '../scenario/problems.js';
import { TraceError } from '../sim/trace.js';
import { WorkersError } from '../workers/workers-error.js';

/** Wrong use of the command line: exit code 104. */
export class UsageError extends Error {
  override readonly name = 'UsageError';
}

/** The user has interrupted: exit code 105, and nothing half-written stays behind. */
export class Interrupted extends Error {
  override readonly name = 'Interrupted';
}

/** A scenario script threw, or a limiter's module could not be used: exit code 107. */
export class ScriptError extends Error {
  override readonly name = 'ScriptError';
}

/** What a failure means to whoever started the program. */
export function explainFailure(error: unknown): { readonly code: number; readonly message: string } {
  if (error instanceof ScenarioError || error instanceof TraceError || error instanceof UsageError || error instanceof PlanError)
    return { code: EXIT_CODES.invalid.code, message: error.message };
  if (error instanceof ResultError) return { code: error.exitCode, message: error.message };
  if (error instanceof WorkersError) return { code: error.exitCode, message: error.message };
  if (error instanceof LoadError) return { code: error.exitCode, message: error.message };
  if (error instanceof WorkerFailure) return { code: error.code, message: error.message };
  if (error instanceof NotRepeatable) return { code: EXIT_CODES.internal.code, message: error.message };
  if (error instanceof Interrupted) return { code: EXIT_CODES.interrupted.code, message: error.message };
  if (error instanceof ScriptError || error instanceof LimiterError) return { code: EXIT_CODES.script.code, message: error.message };
  const detail = error instanceof Error ? (error.stack ?? error.message) : String(error);
  return { code: EXIT_CODES.internal.code, message: `internal error, please report it: ${detail}` };
}
