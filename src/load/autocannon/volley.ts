import { Outcome } from '../../core/history.js';
import { US_PER_SECOND } from '../../core/time.js';
import type { CallRecord, ClientSink } from '../../measure/client-calls.js';
import { LOAD_HINT_HEADER, writeLoadHint } from '../../protocol/load-hint.js';
import { LoadError } from '../driver.js';
import { type HttpAnswer, troubleOf } from '../engine/answer.js';
import type { LoadClock } from '../engine/load-clock.js';
import type { PaceMeter } from '../engine/pace-meter.js';
import { textOf } from '../engine/request-status.js';
import { outcomeOfRefusal, outcomeOfRun } from '../sdk/answer-outcome.js';
import type { Target } from '../target/target.js';
import type { PlannedCall } from '../workload.js';
import type { RequestParts } from './autocannon-types.js';
import type { Flight, Gun } from './connection.js';

/** What the emulated models of every kind take. */
const BODY = '{"prompt":"a fox"}';

/** What all volleys of a load process share. */
export interface VolleyParts {
  readonly target: Target;
  readonly speed: number;
  readonly clock: LoadClock;
  readonly meter: PaceMeter;
  readonly sink: ClientSink;
}

/** Which call a connection sends next. */
export interface Magazine {
  next(): PlannedCall;
  /** Heard after every answer and every loss. */
  spent(): void;
}

/** Makes requests of planned calls, and records of what became of them. One request is one call. */
export class Volley implements Gun {
  private readonly queuePath: string;
  private readonly runPath: string;

  constructor(
    private readonly parts: VolleyParts,
    private readonly magazine: Magazine,
  ) {
    this.queuePath = pathOf(parts.target.queueUrl);
    this.runPath = pathOf(parts.target.runUrl);
  }

  next(): Flight {
    const { clock, meter, speed } = this.parts;
    const plan = this.magazine.next();
    const nowUs = clock.nowUs();
    const sentUs = Math.max(nowUs, plan.atUs);
    meter.planned++;
    meter.httpRequests++;
    meter.callSent((sentUs - plan.atUs) / speed);
    return { plan, plannedUs: plan.atUs, sentUs, sentMs: performance.now() };
  }

  partsOf({ plan, plannedUs }: Flight): Pick<RequestParts, 'path' | 'headers' | 'body'> {
    const { target } = this.parts;
    const { mode, endpoint, serviceUs, end, startTimeoutUs } = plan;
    const headers: Record<string, string> = { authorization: `Key ${keyOf(target, plan)}`, 'content-type': 'application/json' };
    // Virtual seconds: the server's clock is virtual too.
    if (Number.isFinite(startTimeoutUs)) headers['x-fal-request-timeout'] = String(startTimeoutUs / US_PER_SECOND);
    if (target.takesHints) headers[LOAD_HINT_HEADER] = writeLoadHint({ mode, calledUs: plannedUs, serviceUs, end, isRepeat: false });
    return { path: `${mode === 'run' ? this.runPath : this.queuePath}/${endpoint}`, headers, body: BODY };
  }

  answered(flight: Flight, answer: HttpAnswer): void {
    const { clock, meter, target, sink } = this.parts;
    meter.answered((performance.now() - flight.sentMs) * 1000);
    const sinceUs = Math.max(0, clock.nowUs() - flight.plannedUs);
    const { mode } = flight.plan;
    const isGood = answer.status >= 200 && answer.status < 300;
    const isHandedIn = mode === 'submit' && isGood;
    sink.calls([
      record(flight, {
        acceptedUs: sinceUs,
        refusals: answer.status === 429 ? 1 : 0,
        // Nobody follows what was handed in.
        elapsedUs: isHandedIn ? undefined : sinceUs,
        outcome: isHandedIn ? 0 : mode === 'run' ? outcomeOfRun(answer) : outcomeOfRefusal(mode, answer),
        requestId: isGood ? textOf(answer.headers['x-fal-request-id']) : undefined,
        trouble: isGood ? undefined : troubleOf(answer, keyOf(target, flight.plan)),
      }),
    ]);
    this.magazine.spent();
  }

  lost(flight: Flight, reason: string, timedOut: boolean): void {
    const { clock, sink } = this.parts;
    const elapsedUs = Math.max(0, clock.nowUs() - flight.plannedUs);
    const outcome = timedOut ? Outcome.gaveUp : Outcome.failed;
    sink.calls([record(flight, { elapsedUs, outcome, trouble: troubleOf({ status: 0, text: reason, headers: {} }, undefined) })]);
    this.magazine.spent();
  }

  /** The run is over, and these have no answer. */
  open(flights: readonly Flight[]): void {
    if (flights.length > 0) this.parts.sink.calls(flights.map((flight) => record(flight, {})));
  }
}

/** @throws LoadError when the target has none */
export function keyOf({ credentials }: Target, { account, key }: Pick<PlannedCall, 'account' | 'key'>): string {
  const name = `${account}/${key}`;
  const found = credentials[name];
  if (found === undefined) throw new LoadError(`expected a key for ${name}, which the workload calls with; give --key ${name}=id:secret`);
  return found;
}

function pathOf(url: string): string {
  return new URL(url).pathname.replace(/\/+$/, '');
}

function record({ plan, plannedUs, sentUs }: Flight, seen: Partial<CallRecord>): CallRecord {
  const { account, key, endpoint, mode } = plan;
  return {
    account,
    key,
    endpoint,
    mode,
    plannedUs,
    sentUs,
    acceptedUs: undefined,
    attempts: 1,
    refusals: 0,
    polls: 0,
    queueLatencyUs: undefined,
    elapsedUs: undefined,
    outcome: 0,
    requestId: undefined,
    trouble: undefined,
    ...seen,
  };
}
