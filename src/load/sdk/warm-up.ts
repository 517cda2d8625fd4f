import { createFalClient } from '@fal-ai/client';
import { fetch as undiciFetch } from 'undici';

const TIMES = 30;
const ANSWER = 'data:application/json,{}';

/** Lets the SDK and its fetch make calls that never leave this thread: the first ones of a cold program take tens of milliseconds. */
export async function warmUp(): Promise<void> {
  const fal = createFalClient({ credentials: 'none', fetch: (() => undiciFetch(ANSWER)) as unknown as typeof fetch });
  for (let n = 0; n < TIMES; n++) await fal.run('slotstorm/warm-up', { input: { prompt: 'a fox' } });
}
