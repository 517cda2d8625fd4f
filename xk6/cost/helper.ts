/// <reference types="k6" />
// The same lifecycle with the TypeScript helper of scenarios/k6 in k6's own JavaScript. measure.mjs bundles and runs it.
import { sleep } from 'k6';
import { Counter, Trend } from 'k6/metrics';
import { FalClient } from '../../scenarios/k6/lib/fal.ts';
import { LOAD_HINT_HEADER, writeLoadHint } from '../../src/protocol/load-hint.ts';

export const options = { scenarios: { cost: { executor: 'shared-iterations', vus: 16, iterations: Number(__ENV['CALLS']), maxDuration: '5m' } } };

const calls = new Counter('fal_calls');
const queueTime = new Trend('fal_queue_time', true);
const timeToResult = new Trend('fal_time_to_result', true);
const endpoint = 'fal-ai/flux/dev';
const url = __ENV['FAL_URL'] ?? '';
const fal = new FalClient({ queueUrl: `${url}/queue`, runUrl: `${url}/run`, credentials: 'id:secret' });
const hint = writeLoadHint({ mode: 'subscribe', calledUs: 0, serviceUs: 5, end: 'ok', isRepeat: false });

// biome-ignore lint/style/noDefaultExport: k6 runs what a script exports by default
export default function subscribe(): void {
  const beganMs = Date.now();
  const submitted = fal.submit(endpoint, { prompt: 'a fox' }, { headers: { [LOAD_HINT_HEADER]: hint } });
  const id = String(submitted.body?.['request_id']);
  let isFirst = true;
  while (fal.status(endpoint, id).body?.['status'] !== 'COMPLETED') {
    if (isFirst) queueTime.add(Date.now() - beganMs);
    isFirst = false;
    sleep(0.001);
  }
  const result = fal.result(endpoint, id);
  if (result.status !== 200) throw new Error(result.trouble);
  calls.add(1);
  timeToResult.add(Date.now() - beganMs);
}
