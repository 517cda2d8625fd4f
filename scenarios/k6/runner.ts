// Plays the workload of any scenario. `slotstorm run X --live --driver k6` runs it, `slotstorm k6 script X` prints it.
import exec from 'k6/execution';
import type { PlayFlow } from '../../src/load/k6/play.ts';
import { LiveCall } from './lib/call.ts';
import { type Start, VirtualClock, waitForStart } from './lib/clock.ts';
import { FalClient } from './lib/fal.ts';
import { callOf, credentialsOf, head, lengthOf, targets } from './lib/plan.ts';
import { tell } from './lib/tell.ts';
import { Waiting } from './lib/waiting.ts';

export const options = head.options;

export function setup(): Start {
  return waitForStart(head.gunUrl);
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
  if (call === undefined) return;
  // Whoever was busy when the call was due was no user for it, and neither was anybody else.
  const wasBusy = flow.users === 'bounded' && (user.freeAtUs.get(number) ?? 0) > call.atUs;
  if (wasBusy) tell('dropped', { flow: number, target: call.target });
  else if (user.waiting.untilUs(call.atUs)) makeCall(user, flow, number, ordinal, call.atUs);
  user.freeAtUs.set(number, user.waiting.clock.nowUs);
  if (flow.users === 'open' || ordinal >= lengthOf(number) - usersOf(number)) user.waiting.untilPollersEnd();
}

function callAgain(user: User, flow: PlayFlow, number: number): void {
  const { waiting } = user;
  const plannedUs = user.freeAtUs.get(number) ?? flow.fromUs;
  if (plannedUs >= flow.toUs) {
    waiting.untilUs(flow.toUs);
    waiting.untilPollersEnd();
    // k6's own end of the loop may be some ms later: no use in asking it again and again.
    waiting.clock.sleepUntilUs(waiting.clock.nowUs + IDLE_WALL_US * head.speed);
    return;
  }
  if (!waiting.untilUs(plannedUs)) return;
  const ordinal = exec.scenario.iterationInTest;
  const thinkUs = makeCall(user, flow, number, ordinal % lengthOf(number), plannedUs);
  user.freeAtUs.set(number, waiting.clock.nowUs + thinkUs);
}

const IDLE_WALL_US = 50_000;

/** @returns how long its user thinks after it, virtual µs */
function makeCall(user: User, flow: PlayFlow, number: number, ordinal: number, plannedUs: number): number {
  const call = callOf(number, ordinal);
  if (call === undefined) throw new Error(`the plan has no call ${ordinal} of flow ${number}`);
  const { endpoint } = targets[call.target] as (typeof targets)[number];
  const client = clientOf(user, call.target);
  const numbers = { flow: number, target: call.target, call: ordinal };
  new LiveCall({ client, waiting: user.waiting, flow, call, endpoint, input: INPUT, takesHints: head.takesHints, plannedUs, numbers }).play();
  return call.thinkUs;
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
