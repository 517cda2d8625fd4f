import { expect, it, test } from 'vitest';
import { sdkComplaints } from '../../../src/load/sdk/complaints.js';
import type { FlowSpec } from '../../../src/scenario/types.js';
import { flow, scenario } from '../../helpers/scenario.js';
import { S } from '../../helpers/world.js';

const FLUX = { endpoint: 'fal-ai/flux/dev' };

test.each<[string, Partial<FlowSpec>]>([
  ['js calls of every kind', { call: 'subscribe', clientTimeoutUs: 10 * S, startTimeoutUs: 2 * S }],
  ['direct calls', { call: 'run' }],
  ['submits of nobody’s SDK', { call: 'submit', sdk: 'none' }],
  ['closed loops', { arrivals: { kind: 'closedLoop', users: 3, thinkTime: { kind: 'constant', us: S }, fromUs: 0, toUs: 10 * S } }],
])('the real client can make %s', (_what, parts) => {
  expect(sdkComplaints(scenario({ workload: [flow({ ...FLUX, ...parts })] }))).toEqual([]);
});

test.each<[string, Partial<FlowSpec>, RegExp]>([
  ['Python', { call: 'run', sdk: 'python' }, /JavaScript and cannot call as sdk: python does/],
  ['a plain caller', { call: 'run', sdk: 'none' }, /cannot call as sdk: none does/],
  ['patience', { patience: { kind: 'constant', us: S } }, /no patience/],
  ['a webhook', { webhook: true }, /no receiver for webhooks/],
  ['a child', { child: { endpoint: 'flux', probability: 1 } }, /only the simulator can/],
  ['a start deadline of a second', { startTimeoutUs: S }, /refuses deadlines of a second or less, got 1 s/],
  ['an id without an owner', { endpoint: 'flux' }, /expects owner\/alias, got "flux"/],
])('it cannot do %s, and says where', (_what, parts, sentence) => {
  const complaints = sdkComplaints(scenario({ workload: [flow(FLUX), flow({ ...FLUX, ...parts })] }));
  expect(complaints).toHaveLength(1);
  expect(complaints[0]).toMatch(sentence);
  expect(complaints[0]).toMatch(/^workload\.1: /);
});

it('every flaw of a flow is told', () => {
  expect(sdkComplaints(scenario({ workload: [flow({ ...FLUX, call: 'run', sdk: 'python', startTimeoutUs: S })] }))).toHaveLength(2);
});
