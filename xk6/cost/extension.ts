/// <reference path="../slotstorm.d.ts" />
/// <reference types="k6" />
// One lifecycle (submit, two polls, result) an iteration, with the extension. measure.mjs runs it.
import { Client } from 'k6/x/slotstorm';

export const options = { scenarios: { cost: { executor: 'shared-iterations', vus: 16, iterations: Number(__ENV['CALLS']), maxDuration: '5m' } } };

const fal = new Client({ url: __ENV['FAL_URL'] ?? '', key: 'id:secret', sdk: 'none', speed: 1000 });
const hint = { calledUs: 0, serviceUs: 5 };

// biome-ignore lint/style/noDefaultExport: k6 runs what a script exports by default
export default function subscribe(): void {
  const call = fal.subscribe('fal-ai/flux/dev', { prompt: 'a fox' }, { hint });
  if (!call.ok) throw new Error(call.trouble);
}
