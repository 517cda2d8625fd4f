import type { LiveWorld } from '../world/live-world.js';

/**
 * How many times as fast as the wall the platform's time goes, at least 1: what a caller was promised for so many seconds
 * holds so long by the caller's own clock.
 */
export function speedUp(world: Pick<LiveWorld, 'platform'>): number {
  return Math.max(1, world.platform().speed);
}
