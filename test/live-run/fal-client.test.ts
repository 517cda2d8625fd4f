import { describe, it } from 'vitest';
import { BURST, BURST_IN_ORDER, bothWorlds, DIRECT, expectSixGhosts, REVOCATION, START_TIMEOUT } from './both-worlds.js';

describe('the shipped scenarios, sent by the real JavaScript client, get the verdicts that they get in virtual time', { timeout: 300_000 }, () => {
  it('burst-submission', async () => {
    await bothWorlds('fal-client', BURST, BURST.variants);
    await bothWorlds('fal-client', BURST_IN_ORDER, BURST_IN_ORDER.variants);
  });

  it('key-revocation-mid-flight, with six ghosts under fal-939', async () => {
    expectSixGhosts(await bothWorlds('fal-client', REVOCATION, REVOCATION.variants));
  });

  it('start-timeout-expiry', async () => {
    await bothWorlds('fal-client', START_TIMEOUT, START_TIMEOUT.variants);
  });

  it('direct-calls-retry, by the client whose retries it speaks of', async () => {
    await bothWorlds('fal-client', DIRECT, ['js']);
  });
});
