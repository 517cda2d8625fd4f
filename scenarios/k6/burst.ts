// Submits 50 requests at once and waits for all of them. Start from here for a script of your own:
//   FAL_KEY=id:secret FAL_QUEUE_URL=http://127.0.0.1:8080/queue k6 run --out csv=calls.csv scenarios/k6/burst.ts
import { sleep } from 'k6';
import { Counter, Trend } from 'k6/metrics';
import { clientFromEnvironment, ENDPOINT, INPUT } from './lib/environment.ts';

const queueWait = new Trend('fal_queue_wait', true);
const results = new Counter('fal_results');

export const options = {
  scenarios: { burst: { executor: 'per-vu-iterations', vus: 50, iterations: 1, maxDuration: '10m' } },
  // Without the second line k6 would pass a run in which nothing came back.
  thresholds: { fal_queue_wait: ['p(95)<60000'], fal_results: ['count==50'] },
};

export default function burst(): void {
  const fal = clientFromEnvironment();
  const submitted = fal.submit(ENDPOINT, INPUT);
  const requestId = submitted.body?.['request_id'];
  if (typeof requestId !== 'string') throw new Error(`expected a request id, got ${submitted.trouble ?? submitted.status}`);
  const sentMs = Date.now();
  let hasBegun = false;
  for (;;) {
    const { body, trouble } = fal.status(ENDPOINT, requestId);
    if (trouble !== undefined) throw new Error(`expected a status, got ${trouble}`);
    if (!hasBegun && body?.['status'] !== 'IN_QUEUE') {
      hasBegun = true;
      queueWait.add(Date.now() - sentMs);
    }
    if (body?.['status'] === 'COMPLETED') break;
    sleep(0.5);
  }
  results.add(1);
}
