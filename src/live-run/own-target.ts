import type { Emulator } from '../live/emulator.js';
import type { Target } from '../load/target/target.js';

/** An emulator of this process, as a target. */
export function ownTarget(emulator: Emulator): Target {
  const { url, world } = emulator;
  return {
    kind: 'own',
    queueUrl: `${url}/queue`,
    runUrl: `${url}/run`,
    apiUrl: `${url}/v1`,
    ca: undefined,
    takesHints: true,
    credentials: Object.fromEntries(world.credentials),
    operator: world.operatorCredentials,
  };
}
