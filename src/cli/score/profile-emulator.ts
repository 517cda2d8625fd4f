import type { PresetName } from '../../core/policy.js';
import type { Emulator } from '../../live/emulator.js';
import { addressesOf } from '../../load/target/base-url.js';
import type { WireProvider } from '../../score/wire/wire-provider.js';
import { startEmulator } from '../../start-emulator.js';
import type { Files } from '../outside.js';
import { shippedExperiment } from './score-scenarios.js';

const ACCOUNT = 'acme';
const KEY = 'main';
const QUICK = { endpoint: 'score/quick', seconds: 10 } as const;
const SLOW = 'score/slow';

/** An emulator of our own with a profile's policy. Close it. */
export interface ProfileEmulator {
  readonly emulator: Emulator;
  readonly provider: WireProvider;
}

export async function openProfile(profile: PresetName, files: Files): Promise<ProfileEmulator> {
  const scenario = await shippedExperiment('on-the-wire', files, [{ path: 'platform.policy', value: profile }]);
  const emulator = await startEmulator({ scenario, speed: 'manual', logsRequests: false });
  const operator = emulator.operatorCredentials;
  const credentials = emulator.credentials(`${ACCOUNT}/${KEY}`);
  return {
    emulator,
    provider: {
      target: {
        kind: 'slotstorm',
        ...addressesOf('slotstorm', new URL(emulator.url)),
        ca: undefined,
        takesHints: true,
        credentials: { [`${ACCOUNT}/${KEY}`]: credentials },
        operator,
      },
      account: ACCOUNT,
      credentials,
      admin: operator,
      isOperator: true,
      quick: QUICK,
      slow: SLOW,
      input: { prompt: 'a lighthouse' },
      speed: 1,
      // Its clock is moved by hand: what is measured does not depend on how busy this machine is.
      advance: (seconds) => emulator.advance(`${seconds * 1000}ms`),
      isOwn: true,
      usdPerRequest: scenario.variants[0]?.scenario.platform.policy.pricePerRequestUsd,
    },
  };
}
