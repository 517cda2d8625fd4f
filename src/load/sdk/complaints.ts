import { US_PER_SECOND } from '../../core/time.js';
import { parseAppId } from '../../protocol/app-id.js';
import type { FlowSpec, Scenario } from '../../scenario/types.js';

/** Why the real `@fal-ai/client` cannot send this workload: a sentence for each flow and thing. Empty: it can. */
export function sdkComplaints(scenario: Scenario): readonly string[] {
  return scenario.workload.flatMap((flow, number) => flawsOf(flow).map((flaw) => `workload.${number}: ${flaw}`));
}

/** fal-client refuses what is not longer. */
const LEAST_START_TIMEOUT_US = US_PER_SECOND;

function flawsOf(flow: FlowSpec): string[] {
  const flaws: string[] = [];
  const isHandedIn = flow.call === 'submit' && flow.sdk === 'none';
  if (flow.sdk !== 'js' && !isHandedIn)
    flaws.push(`the driver fal-client is @fal-ai/client for JavaScript and cannot call as sdk: ${flow.sdk} does; say sdk: js or use the driver engine`);
  if (flow.patience !== undefined)
    flaws.push('@fal-ai/client has no patience of its own that cancels in the queue; leave patience out or use the driver engine');
  if (flow.child !== undefined) flaws.push('child: no client can make the work of a request submit another; only the simulator can');
  if (flow.webhook === true) flaws.push('webhook: this driver has no receiver for webhooks; leave it out');
  if (flow.startTimeoutUs <= LEAST_START_TIMEOUT_US)
    flaws.push(`startTimeout: @fal-ai/client refuses deadlines of a second or less, got ${flow.startTimeoutUs / US_PER_SECOND} s`);
  if (flow.endpoint !== undefined && parseAppId(flow.endpoint) === undefined)
    flaws.push(`endpoint: @fal-ai/client expects owner/alias, got ${JSON.stringify(flow.endpoint)}`);
  return flaws;
}
