import type { StepSpec } from '../../scenario/types.js';
import { foreignWords, secretsOf } from '../target/foreign-words.js';
import type { Target } from '../target/target.js';
import { TargetHttp, wordsIn } from '../target/target-http.js';
import { notPerformed, PERFORMED, type PerformedOutcome, type ScenarioStep, type StepDesk } from './scenario-step.js';

/** A step may be wrong in several ways. */
const LONGEST_WORDS = 300;

/** Has a slotstorm perform steps, as its operator. */
export class OperatorDesk implements StepDesk {
  private readonly http: TargetHttp;
  private readonly secrets: readonly string[];

  constructor(private readonly target: Target) {
    this.http = new TargetHttp(target.ca);
    this.secrets = secretsOf([target.operator]);
  }

  async warmUp(signal: AbortSignal): Promise<void> {
    await this.http.warmUp(`${new URL(this.target.apiUrl).origin}/healthz`, signal);
  }

  async perform(step: ScenarioStep, signal: AbortSignal): Promise<PerformedOutcome> {
    const { apiUrl, operator } = this.target;
    try {
      const answer = await this.http.ask('POST', `${apiUrl}/slotstorm/steps`, { credentials: operator, body: this.bodyOf(step), signal });
      if (answer.status === 200) return PERFORMED;
      return notPerformed(`expected 200, got ${answer.status}: ${foreignWords(wordsIn(answer), this.secrets, LONGEST_WORDS)}`);
    } catch (error) {
      return notPerformed(foreignWords(error instanceof Error ? error.message : String(error), this.secrets));
    }
  }

  async close(): Promise<void> {
    await this.http.close();
  }

  /** An emulator of our own runs the scenario itself, and is only told when; another one is told what. */
  private bodyOf({ number, spec, written }: ScenarioStep): unknown {
    if (this.target.kind === 'own') return { number };
    const { at: _, ...step } = written as Record<string, unknown>;
    return { ...step, ...names(spec) };
  }
}

/** Where a scenario may leave a name out, because it has one only, a running platform may have more. */
function names(step: StepSpec): Readonly<Record<string, unknown>> {
  return step.do === 'revoke-key' ? { key: `${step.key.account}/${step.key.key}` } : {};
}
