// Direct calls (fal's `run`) from ten users for a minute; 429s are tried again as the JavaScript SDK does.
//   slotstorm k6 script scenarios/k6/direct-calls.ts --output direct-calls.js && FAL_KEY=id:secret k6 run direct-calls.js
import { sleep } from 'k6';
import { Counter, Rate } from 'k6/metrics';
import { clientFromEnvironment, ENDPOINT, INPUT } from './lib/environment.ts';
import { runAsSdk } from './lib/run-as-sdk.ts';

const calls = new Counter('fal_calls');
const retries = new Counter('fal_retries');
const gaveUp = new Rate('fal_gave_up');

export const options = {
  scenarios: { users: { executor: 'constant-vus', vus: 10, duration: __ENV['DURATION'] ?? '1m' } },
  thresholds: { fal_gave_up: ['rate<0.05'], fal_calls: ['count>0'] },
};

export default function directCalls(): void {
  const { attempts, answer } = runAsSdk(clientFromEnvironment(), 'js', ENDPOINT, INPUT);
  calls.add(1);
  retries.add(attempts - 1);
  gaveUp.add(answer.status === 429);
  sleep(1);
}
