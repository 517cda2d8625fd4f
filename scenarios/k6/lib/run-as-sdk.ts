import { sleep } from 'k6';
import { backoffDelayUs } from '../../../src/core/backoff.ts';
import type { Sdk } from '../../../src/scenario/types.ts';
import { SDK_MODELS } from '../../../src/sim/sdks.ts';
import type { FalAnswer, FalClient } from './fal.ts';
import { mayRepeat } from './outcomes.ts';

/** A direct call that is made again when it is turned away, as an SDK does. Sleeps in between. */
export function runAsSdk(client: FalClient, sdk: Sdk, endpoint: string, input: unknown): { readonly answer: FalAnswer; readonly attempts: number } {
  const model = SDK_MODELS[sdk];
  for (let attempts = 1; ; attempts++) {
    const answer = client.run(endpoint, input);
    if (!mayRepeat(answer, model, attempts)) return { answer, attempts };
    sleep(backoffDelayUs(model.runBackoff, attempts, Math.random()) / 1e6);
  }
}
