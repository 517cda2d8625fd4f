import { pageRoutes } from '../../src/live/http/pages.js';
import { createServer } from '../../src/live/http/server.js';
import type { AccountUsage, EndpointView, SlotView } from '../../src/live/world/live-world.js';
import { type FakeWorld, TEST_SETTINGS } from '../live/fake-world.js';

/** Texts that users may call things, all of which do harm where they are not escaped. */
export const HOSTILE = '"><img src=x onerror=alert(1)><script>alert(1)</script>‮\u0000';

export function usage(parts: Partial<AccountUsage> = {}): AccountUsage {
  return {
    account: 'acme',
    limit: 10,
    tier: 'tier 10',
    paidUsd: 120,
    live: 0,
    peak: 0,
    days: [{ day: 0, peak: 0 }],
    queued: 0,
    endpointLimits: [],
    lockedBecause: undefined,
    canRelease: true,
    spentUsd: 0,
    ...parts,
  };
}

export function slot(number: number, parts: Partial<SlotView> = {}): SlotView {
  return {
    id: `${number}-7`,
    requestId: `0b5c5f9e-3c0a-4b8f-9d5e-${String(number).padStart(12, '0')}`,
    endpoint: 'fal-ai/flux/dev',
    keyId: 'acme',
    isKeyRevoked: false,
    sinceUs: 0,
    ageUs: number * 7_300_000,
    reason: 'working',
    explanation: 'a runner works for it',
    ...parts,
  };
}

export function ghost(number: number, parts: Partial<SlotView> = {}): SlotView {
  return slot(number, { isKeyRevoked: true, reason: 'ghost', explanation: 'its key was revoked, and the end of its work was dropped', ...parts });
}

export function endpoint(name: string, parts: Partial<EndpointView> = {}): EndpointView {
  return {
    endpoint: name,
    queued: 0,
    inProgress: 0,
    mostRunners: 12,
    runners: { idle: 0, running: 0, pending: 0 },
    completed: 0,
    failed: 0,
    priceUsd: 0.03,
    ownerAccount: undefined,
    isDeclared: true,
    ...parts,
  };
}

/** The pages over a world that shows what the test sets, on a port of this machine. */
export async function servePages(world: FakeWorld): Promise<{ readonly url: string; close(): Promise<void> }> {
  const app = await createServer(world, TEST_SETTINGS, [pageRoutes]);
  const url = await app.listen({ host: '127.0.0.1', port: 0 });
  return { url, close: () => app.close() };
}
