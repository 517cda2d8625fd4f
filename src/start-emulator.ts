import type { Emulator } from './live/emulator.js';
import type { EmulatorOptions } from './live/emulator-options.js';

/**
 * Starts fal's API on this machine, on the platform of a scenario. Loaded when it is called: whoever only simulates needs no
 * server.
 *
 * ```ts
 * const emulator = await startEmulator({ speed: 10 });
 * const fal = createFalClient({ credentials: emulator.credentials(), fetch: emulator.fetch });
 * ```
 * @throws ScenarioError for a scenario with mistakes; LedgerError for a data folder that cannot be used
 */
export async function startEmulator(options: EmulatorOptions = {}): Promise<Emulator> {
  return (await import('./live/emulator.js')).startEmulator(options);
}
