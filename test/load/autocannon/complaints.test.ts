import { expect, it, test } from 'vitest';
import { autocannonComplaints } from '../../../src/load/autocannon/complaints.js';
import type { FlowSpec } from '../../../src/scenario/types.js';
import { flow, scenario } from '../../helpers/scenario.js';
import { S } from '../../helpers/world.js';

const MS = 1000;

function loop(thinkUs: number): FlowSpec['arrivals'] {
  return { kind: 'closedLoop', users: 3, thinkTime: { kind: 'constant', us: thinkUs }, fromUs: 0, toUs: 10 * S };
}

test.each<[string, Partial<FlowSpec>]>([
  ['bursts of submits, whatever SDK they name: none tries a submit again', { sdk: 'python' }],
  ['bursts of plain direct calls', { call: 'run', sdk: 'none' }],
  ['users who hardly think', { call: 'run', sdk: 'none', arrivals: loop(10 * MS) }],
  ['start deadlines', { startTimeoutUs: S }],
])('autocannon can send %s', (_what, parts) => {
  expect(autocannonComplaints(scenario({ workload: [flow(parts)] }))).toEqual([]);
});

test.each<[string, Partial<FlowSpec>, RegExp]>([
  [
    'pace',
    { arrivals: { kind: 'poisson', perSecond: 2, fromUs: 0, toUs: S } },
    /cannot send at given times, so it has no poisson arrivals, only burst and closedLoop/,
  ],
  ['wait between requests', { arrivals: loop(11 * MS) }, /expected a thinkTime of at most 10 ms, got one of 11 ms on average/],
  ['poll', { call: 'subscribe' }, /cannot poll: expected call: submit, or call: run with sdk: none, got subscribe/],
  ['back off', { call: 'run', sdk: 'js' }, /cannot back off and try again as sdk: js does; say sdk: none/],
  ['cancel after a time', { clientTimeoutUs: S }, /no clientTimeout/],
  ['cancel out of impatience', { patience: { kind: 'constant', us: S } }, /no patience/],
  ['bound open calls', { maxVUs: 3 }, /no maxVUs/],
  ['receive webhooks', { webhook: true }, /no receiver for webhooks/],
  ['have children', { child: { endpoint: 'flux', probability: 1 } }, /only the simulator can/],
])('it cannot %s, and says where', (_what, parts, sentence) => {
  const complaints = autocannonComplaints(scenario({ workload: [flow(), flow(parts)] }));
  expect(complaints).toHaveLength(1);
  expect(complaints[0]).toMatch(sentence);
  expect(complaints[0]).toMatch(/^workload\.1: /);
});

it('every flaw of a flow is told', () => {
  expect(autocannonComplaints(scenario({ workload: [flow({ call: 'run', sdk: 'js', maxVUs: 3, arrivals: loop(S) })] }))).toHaveLength(3);
});
