import type { Scenario } from '../../scenario/types.js';

/** What no HTTP client can do: both happen on the server, amid the work. */
export function engineComplaints(scenario: Scenario): string[] {
  return scenario.workload.flatMap(({ child, webhook }, flow) => [
    ...(child === undefined
      ? []
      : [`workload[${flow}].child: a child request is submitted by the work itself, on the server, which a client over HTTP cannot make it do`]),
    ...(webhook === true ? [`workload[${flow}].webhook: webhooks need a receiver, which this driver does not have`] : []),
  ]);
}
