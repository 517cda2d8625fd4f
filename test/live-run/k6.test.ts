import { describe, it } from 'vitest';
import { hasK6 } from '../load/k6/scene.js';
import { BURST, BURST_IN_ORDER, bothWorlds, DIRECT, expectSixGhosts, REVOCATION, START_TIMEOUT } from './both-worlds.js';

describe.skipIf(!hasK6)('the shipped scenarios, sent by k6, get the verdicts that they get in virtual time', { timeout: 300_000 }, () => {
  it('burst-submission', async () => {
    await bothWorlds('k6', BURST, BURST.variants);
    await bothWorlds('k6', BURST_IN_ORDER, BURST_IN_ORDER.variants);
  });

  it('key-revocation-mid-flight, with six ghosts under fal-939', async () => {
    expectSixGhosts(await bothWorlds('k6', REVOCATION, REVOCATION.variants));
  });

  it('start-timeout-expiry', async () => {
    await bothWorlds('k6', START_TIMEOUT, START_TIMEOUT.variants);
  });

  it('direct-calls-retry, with the retries of each SDK', async () => {
    await bothWorlds('k6', DIRECT, DIRECT.variants);
  });
});
