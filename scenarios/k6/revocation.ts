// Revokes a key of an emulator while its requests are being made (fal issue 939), and looks for slots that nobody gives back.
//   slotstorm serve scenarios/key-revocation-mid-flight.yaml --set 'steps=[]' --variant fal-939 --operator-key op:a-long-secret --print-env
//   FAL_KEY=<acme/old> FAL_NEW_KEY=<acme/new> OPERATOR_KEY=op:a-long-secret FAL_QUEUE_URL=http://127.0.0.1:8080/queue k6 run scenarios/k6/revocation.ts
import { sleep } from 'k6';
import http from 'k6/http';
import { Counter, Gauge } from 'k6/metrics';
import { clientFromEnvironment, ENDPOINT, INPUT, variable } from './lib/environment.ts';

const refusedPolls = new Counter('fal_refused_polls');
const ghosts = new Gauge('slots_leaked');

const PLATFORM = (__ENV['FAL_QUEUE_URL'] ?? '').replace(/\/queue$/, '');
const REQUESTS = 6;
/** Long enough for all of them to begin; the work takes longer. Wall seconds. */
const REVOKE_AT_S = Number(__ENV['REVOKE_AT'] ?? '4');

export const options = {
  scenarios: {
    callers: { executor: 'per-vu-iterations', vus: REQUESTS, iterations: 1, exec: 'call' },
    owner: { executor: 'per-vu-iterations', vus: 1, iterations: 1, exec: 'revoke', startTime: `${REVOKE_AT_S}s` },
  },
  thresholds: { fal_refused_polls: [`count==${REQUESTS}`], slots_leaked: ['value==0'] },
};

export function call(): void {
  const fal = clientFromEnvironment();
  const requestId = fal.submit(ENDPOINT, INPUT).body?.['request_id'];
  if (typeof requestId !== 'string') throw new Error('expected the request to be taken');
  for (let poll = 0; poll < 600; poll++) {
    const { status, body } = fal.status(ENDPOINT, requestId);
    if (status === 401) refusedPolls.add(1);
    if (status === 401 || body?.['status'] === 'COMPLETED') return;
    sleep(0.1);
  }
}

export function revoke(): void {
  const operator = { headers: { Authorization: `Key ${variable('OPERATOR_KEY')}`, 'Content-Type': 'application/json' } };
  const answer = http.post(`${PLATFORM}/v1/slotstorm/steps`, JSON.stringify({ do: 'revoke-key', key: 'acme/old' }), operator);
  if (answer.status >= 300) throw new Error(`expected the key to be revoked, got ${answer.status}`);
  // The work would have ended by then: whose slot is still in use is a ghost.
  sleep(Number(__ENV['LOOK_AFTER'] ?? '60'));
  const account = http.get(`${PLATFORM}/v1/account/concurrency`, { headers: { Authorization: `Key ${variable('FAL_NEW_KEY')}` } });
  ghosts.add(Number((account.json() as { stuck?: number }).stuck ?? -1));
}
