/// <reference path="../../xk6/slotstorm.d.ts" />
/*
 * Three storms with the extension k6/x/slotstorm (docs/xk6.md). SCENE picks one:
 *
 *   burst        requests subscribed at once at an account's limit: all wait, none is refused
 *   direct       direct calls at once: the limit answers 429, the SDK tries again, and some give up
 *   revocation   six requests in progress when their key is revoked (fal issue 939): whose slots come back?
 *
 *   k6-slotstorm run -e FAL_URL=http://127.0.0.1:8080 -e SPEED=10 -e SCENE=burst scenarios/k6/extension.ts
 *
 * Keys come from the environment, never from the command line: FAL_KEY, and for the revocation OTHER_KEY and OPERATOR_KEY.
 */
import { check, sleep } from 'k6';
import http from 'k6/http';
import type { Options } from 'k6/options';
import { type Call, Client, type Sdk } from 'k6/x/slotstorm';

const url = __ENV['FAL_URL'] ?? 'http://127.0.0.1:8080';
const speed = Number(__ENV['SPEED'] ?? 1);
const calls = Number(__ENV['CALLS'] ?? 20);
const endpoint = __ENV['ENDPOINT'] ?? 'fal-ai/flux/dev';
const scene = __ENV['SCENE'] ?? 'burst';
/** How long each request works, s. */
const serviceS = Number(__ENV['SERVICE_S'] ?? 2);

const settings = { url, speed, sdk: (__ENV['SDK'] ?? 'js') as Sdk };
const fal = new Client({ ...settings, key: __ENV['FAL_KEY'] ?? '' });

const THRESHOLDS: Record<string, Options['thresholds']> = {
  burst: { 'fal_requests{outcome:ok}': [`count==${calls}`], fal_refusals: ['count<1'], fal_gave_up: ['rate==0'] },
  direct: { fal_requests: [`count==${calls}`], fal_attempts: ['max<=10'] },
  revocation: { 'fal_requests{outcome:unauthorized}': ['count==6'] },
};

export const options: Options = {
  scenarios: {
    [scene]: { executor: 'per-vu-iterations', vus: scene === 'revocation' ? 1 : calls, iterations: 1, exec: scene, maxDuration: '10m' },
  },
  thresholds: THRESHOLDS[scene] ?? {},
  summaryTrendStats: ['count', 'min', 'avg', 'med', 'p(95)', 'p(99)', 'max'],
};

/** Where a test says how long work takes, every request takes just that long. */
const hint = { calledUs: 0, serviceUs: serviceS * 1e6 };

export function burst(): void {
  const call = fal.subscribe(endpoint, { prompt: 'a fox' }, { hint });
  check(call, { 'came to its result': ({ ok }) => ok });
}

export function direct(): void {
  fal.run(endpoint, { prompt: 'a fox' }, { hint });
}

export function revocation(): void {
  const submitted = Array.from({ length: 6 }, () => fal.submit(endpoint, { prompt: 'a fox' }, { hint }));
  check(submitted, { 'all six were in progress': (all) => all.every(isInProgress) });
  revoke(__ENV['REVOKE'] ?? 'acme/old');
  for (const call of submitted) fal.follow(call);
  check(submitted, { 'all six were told 401': (all) => all.every(({ outcome }) => outcome === 'unauthorized') });
  waitFor(3 * serviceS);
  const slots = new Client({ ...settings, key: __ENV['OTHER_KEY'] ?? '' }).slots();
  console.log(`${slots.inUse} of ${slots.limit} slots in use, ${slots.leaked} leaked`);
}

function isInProgress(call: Call): boolean {
  for (let look = 0; look < 100; look++) {
    if (fal.poll(call).status === 'IN_PROGRESS') return true;
    waitFor(0.05);
  }
  return false;
}

function revoke(key: string): void {
  const headers = { 'content-type': 'application/json', authorization: `Key ${__ENV['OPERATOR_KEY'] ?? ''}` };
  const answer = http.post(`${url}/v1/slotstorm/steps`, JSON.stringify({ do: 'revoke-key', key }), { headers, tags: { name: 'slotstorm step' } });
  check(answer, { 'the key was revoked': ({ status }) => status >= 200 && status < 300 });
}

/** @param seconds of the server's time */
function waitFor(seconds: number): void {
  sleep(seconds / speed);
}
