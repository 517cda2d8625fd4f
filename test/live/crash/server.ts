import { once } from 'node:events';
import { appendFileSync } from 'node:fs';
import { setTimeout as sleep } from 'node:timers/promises';
import { startEmulator } from '../../../src/live/emulator.js';
import type { Json } from '../../../src/live/json.js';
import { CREDENTIALS, DIRECT_ENDPOINT, JOURNAL_ENDPOINT, type Order, SCENARIO } from './platform.js';

// The program under test: server.js FOLDER JOURNAL LIFE. Waits for a word, prints its address, and is killed some day.
const [folder, journal, life] = process.argv.slice(2) as [string, string, string];

/** One system call with O_APPEND: what was written stays written when the process is killed. */
function note(what: 'begin' | 'end', requestId: string, attempt: number): void {
  appendFileSync(journal, `${what} ${requestId} ${attempt} ${life}\n`, { flag: 'a' });
}

/** Blocks the whole server, as heavy code does: whatever is not on disk yet then stays off it for a while. */
function block(ms: number): void {
  for (const until = performance.now() + ms; performance.now() < until; );
}

await once(process.stdin, 'data');
const emulator = await startEmulator({
  scenario: SCENARIO,
  data: folder,
  credentials: CREDENTIALS,
  webhookRetriesS: Array.from({ length: 100 }, () => 0.2),
  handlers: {
    /** Another answer for each execution, so that a second one shows. */
    [JOURNAL_ENDPOINT]: async ({ requestId, attempt, input, signal }): Promise<Json> => {
      note('begin', requestId, attempt);
      const { token, ms, blockMs, isStubborn } = input as unknown as Order;
      block(blockMs);
      await sleep(ms, undefined, isStubborn ? {} : { signal });
      note('end', requestId, attempt);
      return { token, attempt, life };
    },
    [DIRECT_ENDPOINT]: async ({ input }): Promise<Json> => {
      const { token, ms } = input as unknown as Order;
      await sleep(ms);
      return { token };
    },
  },
});
process.stdout.write(`${emulator.url}\n`);
