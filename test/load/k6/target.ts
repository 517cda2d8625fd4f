import type { Emulator } from '../../../src/live/emulator.js';
import type { Target } from '../../../src/load/target/target.js';

/** An emulator as a target that the run has started itself. */
export function targetOf(emulator: Emulator): Target {
  const { url } = emulator;
  return {
    kind: 'own',
    queueUrl: `${url}/queue`,
    runUrl: `${url}/run`,
    apiUrl: `${url}/v1`,
    ca: undefined,
    takesHints: true,
    credentials: Object.fromEntries(emulator.world.credentials),
    operator: emulator.operatorCredentials,
  };
}
