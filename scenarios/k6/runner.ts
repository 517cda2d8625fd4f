// Plays the workload of any scenario. `slotstorm run X --live --driver k6` runs it, `slotstorm k6 script X` prints it.
import exec from 'k6/execution';
import type { PlayCall, PlayFlow, PlayTarget } from '../../src/load/k6/play.ts';
import { type CallTerms, LiveCall } from './lib/call.ts';
import { type Start, VirtualClock, waitForStart } from './lib/clock.ts';
import { FalClient } from './lib/fal.ts';
import { callOf, credentialsOf, head, lengthOf, targets } from './lib/plan.ts';
import { note, tell } from './lib/tell.ts';
import { Waiting } from './lib/waiting.ts';

export const options = head.options;

export function setup(): Start {
  return waitForStart(head.gunUrl);
}

/** Runs last, also when k6 is interrupted: whoever reads the samples knows by it that none is missing. */
export function teardown(): void {
  note('end');
}

/** What a virtual user keeps from one iteration to the next. */
interface User {
  readonly waiting: Waiting;
  readonly clients: Map<number, FalClient>;
  /** By flow that it has called in: when it was, or will be, free for its next call, virtual µs. k6 lends users to one scenario after the other. */
  readonly freeAtUs: Map<number, number>;
}

const INPUT: unknown = JSON.parse(__ENV['FAL_INPUT'] ?? '{"prompt":"a fox"}');
let user: User | undefined;

/** One iteration: one call. */
export function play(start: Start): void {
  try {
    user ??= { waiting: new Waiting(new VirtualClock(start, head.speed), head.runEndUs ?? Number.POSITIVE_INFINITY), clients: new Map(), freeAtUs: new Map() };
    const number = Number(__ENV['SLOTSTORM_FLOW']);
    const flow = head.flows[number] as PlayFlow;
    if (flow.users === 'closed') callAgain(user, flow, number);
    else callOnTime(user, flow, number);
  } catch (error) {
    // k6 goes on and exits 0: this is how slotstorm hears of it.
    tell('broken', { trouble: String(error).slice(0, 300) });
    throw error;
  }
}

function callOnTime(user: User, flow: PlayFlow, number: number): void {
  const ordinal = exec.scenario.iterationInTest;
  const call = callOf(number, ordinal);
  if (call === undefined) {
    note('idle');
    return;
  }
  // Whoever was busy when the call was due was no user for it, and neither was anybody else.
  const wasBusy = flow.users === 'bounded' && (user.freeAtUs.get(number) ?? 0) > call.atUs;
  if (wasBusy) tell('dropped', { flow: number, target: call.target });
  else playOnTime(user, prepareCall(user, flow, call, { flow: number, target: call.target, call: ordinal }, call.atUs));
  user.freeAtUs.set(number, user.waiting.clock.nowUs);
  if (flow.users === 'open' || ordinal >= lengthOf(number) - usersOf(number)) user.waiting.untilPollersEnd();
}

function callAgain(user: User, flow: PlayFlow, number: number): void {
  const { waiting } = user;
  const plannedUs = user.freeAtUs.get(number) ?? flow.fromUs;
  if (plannedUs >= flow.toUs) {
    note('idle');
    waiting.untilUs(flow.toUs);
    waiting.untilPollersEnd();
    // k6's own end of the loop may be some ms later: no use in asking it again and again.
    waiting.clock.sleepUntilUs(waiting.clock.nowUs + IDLE_WALL_US * head.speed);
    return;
  }
  const ordinal = exec.scenario.iterationInTest % lengthOf(number);
  const call = callOf(number, ordinal);
  if (call === undefined) throw new Error(`the plan has no call ${ordinal} of flow ${number}`);
  playOnTime(user, prepareCall(user, flow, call, { flow: number, target: call.target, call: ordinal }, plannedUs));
  user.freeAtUs.set(number, waiting.clock.nowUs + call.thinkUs);
}

const IDLE_WALL_US = 50_000;

/** Before its time has come: many users may have to send at the same instant, and have nothing else to do then. */
function prepareCall(user: User, flow: PlayFlow, call: PlayCall, numbers: CallTerms['numbers'], plannedUs: number): LiveCall {
  const { endpoint } = targets[call.target] as PlayTarget;
  const { takesHints, gunUrl } = head;
  const client = clientOf(user, call.target);
  return new LiveCall({ client, waiting: user.waiting, flow, call, endpoint, input: INPUT, takesHints, isForPeople: gunUrl === null, plannedUs, numbers });
}

function playOnTime({ waiting }: User, call: LiveCall): void {
  if (waiting.untilUs(call.terms.plannedUs)) call.play();
  else note('idle');
}

function clientOf({ clients }: User, target: number): FalClient {
  const known = clients.get(target);
  if (known !== undefined) return known;
  const client = new FalClient({ queueUrl: head.queueUrl, runUrl: head.runUrl, credentials: credentialsOf(target) });
  clients.set(target, client);
  return client;
}

function usersOf(flow: number): number {
  return Number(head.options.scenarios[`flow-${flow}`]?.['vus'] ?? 0);
}
