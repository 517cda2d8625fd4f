import { type IntervalHistogram, monitorEventLoopDelay } from 'node:perf_hooks';
import { expect, vi } from 'vitest';
import { type Emulator, startEmulator } from '../../src/live/emulator.js';
import type { EmulatorOptions } from '../../src/live/emulator-options.js';
import type { Json } from '../../src/live/json.js';
import type { HandlerContext } from '../../src/live/models/model.js';
import type { LoggedRequest } from '../../src/live/request-log.js';
import type { ScenarioInput } from '../../src/scenario/schema.js';

/** What the suites of the real clients call: quick models, a model that works for an hour, one whose runner never is ready. */
const SCENARIO: ScenarioInput = {
  name: 'real-clients',
  platform: {
    policy: 'fal-documented',
    accounts: [
      { id: 'app', limit: 40, keys: ['main', 'spare'] },
      { id: 'full', limit: 1, keys: ['main'] },
    ],
    endpoints: [
      { id: 'fal-ai/flux/schnell', service: '300ms' },
      { id: 'fal-ai/flux/schnell-failing', service: '50ms' },
      { id: 'fal-ai/flux/schnell-failing-503', service: '50ms' },
      { id: 'fal-ai/flux/schnell-failing-504', service: '50ms' },
      { id: 'fal-ai/any-llm', service: '300ms' },
      { id: 'fal-ai/fast-lcm', service: '1s' },
      { id: 'workflows/acme/pipeline/main', service: '100ms' },
      { id: 'test/hour', service: '1h' },
      { id: 'test/cold', service: '1s', runners: { min: 0, max: 1, coldStart: '1h' } },
    ],
  },
};

/** Whether a model that works since then may end. ms on the clock of `LoggedRequest.atMs`. */
type MayEnd = (emulator: Emulator, sinceMs: number) => boolean;

/** Its caller asked while it worked. */
export const hasBeenSeen: MayEnd = (emulator, sinceMs) => callsOf(emulator, 'GET', /\/status\?/).some(({ atMs }) => atMs > sinceMs);

/** Another run was refused. */
export const hasRefusedARun: MayEnd = (emulator) => callsOf(emulator, 'POST', '/run/').some(({ status }) => status === 429);

export interface SceneOptions extends Partial<EmulatorOptions> {
  /**
   * Until when `fal-ai/flux/schnell` works. A client on a busy machine may take longer to ask than any work of a fixed length lasts: what is to
   * be seen on the way waits to be seen.
   */
  readonly worksUntil?: MayEnd;
}

export async function startScene({ worksUntil, ...options }: SceneOptions = {}): Promise<Emulator> {
  let emulator: Emulator | undefined;
  const flux = async ({ input, log }: HandlerContext): Promise<Json> => {
    const sinceMs = performance.now();
    log('working');
    await vi.waitUntil(() => emulator !== undefined && worksUntil?.(emulator, sinceMs), { timeout: 30_000, interval: 10 });
    return { ...(input as object), images: [{ url: 'https://example.com/lighthouse.png' }] };
  };
  const handlers = worksUntil === undefined ? undefined : { 'fal-ai/flux/schnell': flux };
  emulator = await startEmulator({ scenario: SCENARIO, seed: 1, ...(handlers && { handlers }), ...options });
  return emulator;
}

/** Takes the only slot of the account `full` for an hour. */
export async function fillAccount(emulator: Emulator): Promise<void> {
  const headers = { authorization: `Key ${emulator.credentials('full/main')}`, 'content-type': 'application/json' };
  const answer = await fetch(`${emulator.url}/queue/test/hour`, { method: 'POST', headers, body: '{}' });
  if (!answer.ok) throw new Error(`the slot could not be taken: ${answer.status} ${await answer.text()}`);
}

/** Calls that came to the emulator: `POST /run/` means all paths that begin so. */
export function callsOf(emulator: Emulator, method: string, path: string | RegExp): readonly LoggedRequest[] {
  return emulator.requestLog().filter((call) => call.method === method && (typeof path === 'string' ? call.path.startsWith(path) : path.test(call.path)));
}

/** A delay before a try: at least and at most so long, ms. */
export interface DelayBounds {
  readonly leastMs: number;
  readonly mostMs: number;
}

/** The way there and back. ms. */
const ROUND_TRIP_MS = 300;

/** Tells delays that a client chose from those of a machine that is busy: it watches for how long nothing could run here. */
export class GapWatch {
  readonly #stalls: IntervalHistogram = monitorEventLoopDelay({ resolution: 10 });

  constructor() {
    this.#stalls.enable();
  }

  /** Fails unless calls came as far apart as the bounds say. A gap has two ends, each of which a stall may have moved. */
  expectGaps(calls: readonly { readonly atMs: number }[], bounds: readonly DelayBounds[]): void {
    this.#stalls.disable();
    const slackMs = ROUND_TRIP_MS + (2 * this.#stalls.max) / 1e6;
    expect(calls).toHaveLength(bounds.length + 1);
    for (const [index, { leastMs, mostMs }] of bounds.entries()) {
      const gapMs = (calls[index + 1]?.atMs ?? 0) - (calls[index]?.atMs ?? 0);
      expect(gapMs, `gap ${index + 1}`).toBeGreaterThanOrEqual(leastMs - 5);
      expect(gapMs, `gap ${index + 1}, with ${Math.round(slackMs)} ms for the way and for stalls`).toBeLessThanOrEqual(mostMs + slackMs);
    }
  }
}
