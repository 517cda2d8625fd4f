import { describe, it } from 'vitest';
import { BURST, BURST_IN_ORDER, bothWorlds, DIRECT, expectSixGhosts, REVOCATION, START_TIMEOUT } from './both-worlds.js';

describe('the shipped scenarios, sent by our engine, get the verdicts that they get in virtual time', { timeout: 300_000 }, () => {
  it('burst-submission', async () => {
    await bothWorlds('engine', BURST, BURST.variants);
    await bothWorlds('engine', BURST_IN_ORDER, BURST_IN_ORDER.variants);
  });

  it('key-revocation-mid-flight, with six ghosts under fal-939', async () => {
    expectSixGhosts(await bothWorlds('engine', REVOCATION, REVOCATION.variants));
  });

  it('start-timeout-expiry', async () => {
    await bothWorlds('engine', START_TIMEOUT, START_TIMEOUT.variants);
  });

  it('direct-calls-retry, with the retries of each SDK', async () => {
    await bothWorlds('engine', DIRECT, DIRECT.variants);
  });
});
