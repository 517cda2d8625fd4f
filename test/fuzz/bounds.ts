import { ALL_FAULTS, type FuzzBounds } from '../../src/fuzz/bounds.js';
import type { Setting } from '../../src/scenario/set-path.js';

/** The reference platform under every fault. */
export function bounds(changes: Partial<FuzzBounds> = {}): FuzzBounds {
  return { policy: 'reference', settings: [], faults: ALL_FAULTS, lite: false, ...changes };
}

/** The reference platform with one switch of its policy turned. */
export function broken(name: string, value: unknown, changes: Partial<FuzzBounds> = {}): FuzzBounds {
  return bounds({ settings: [switchOf(name, value)], ...changes });
}

export function switchOf(name: string, value: unknown): Setting {
  return { path: `platform.policy.${name}`, value };
}

export function seeds(count: number, first = 1): number[] {
  return Array.from({ length: count }, (_, n) => first + n);
}
