import type { Emulator } from '../../src/live/emulator.js';
import type { EmulatorOptions } from '../../src/live/emulator-options.js';
import type { ScenarioInput } from '../../src/scenario/schema.js';
import { Client } from './client.js';
import type { Target } from './target.js';

/** A target that the test itself has set up, so that it may break it on purpose. */
export interface Stage extends Target {
  readonly emulator: Emulator;
  readonly admin: string;
  /** `id:secret` of whoever runs the emulator. */
  readonly operator: string;
}

export interface StageOptions extends Pick<EmulatorOptions, 'handlers' | 'webhookRetriesS' | 'limits'> {
  readonly platform?: ScenarioInput['platform'] | undefined;
  /** Where time follows the wall clock: how many times as fast. */
  readonly speed?: number | undefined;
}

export type OpenStage = (options?: StageOptions) => Promise<Stage>;
export type OpenTarget = () => Promise<Target>;

export const OPERATOR = 'operator:of-the-contract-suite';
export const ENDPOINT = 'acme-models/painter/fast';
/** Long enough that at speed 20 a test sees a request in each of its states. */
export const SERVICE_S = 20;
const LIMIT = 2;

/** Two accounts with two keys each; one endpoint of known duration. */
export const PLATFORM: ScenarioInput['platform'] = {
  policy: 'fal-documented',
  accounts: [
    { id: 'acme', limit: LIMIT, keys: ['first', 'second'] },
    { id: 'other', limit: LIMIT, keys: ['first'] },
  ],
  endpoints: [{ id: ENDPOINT, service: `${SERVICE_S}s` }],
};

/** The account acme, the scenario's first endpoint, and everything that has nothing to do with either. */
export function ownTarget({ platform = PLATFORM, speed: _, ...rest }: StageOptions): {
  scenario: ScenarioInput;
  rest: Omit<StageOptions, 'platform' | 'speed'>;
  target: { endpoint: string; serviceS: number; limit: number; key: string; adminKey: string };
} {
  const scenario: ScenarioInput = { name: 'contract', platform };
  const [endpoint] = platform.endpoints;
  const acme = platform.accounts?.[0];
  const keys = acme?.keys ?? [];
  return {
    scenario,
    rest,
    target: {
      endpoint: endpoint?.id ?? ENDPOINT,
      serviceS: SERVICE_S,
      limit: acme?.limit ?? LIMIT,
      key: `acme/${keys[0]}`,
      adminKey: `acme/${keys.at(-1)}`,
    },
  };
}

/** Opens a stage for one test, and closes it whatever happens. */
export async function onStage(open: OpenStage, options: StageOptions, play: (stage: Stage, client: Client) => Promise<void>): Promise<void> {
  const stage = await open(options);
  try {
    await play(stage, new Client(stage));
  } finally {
    await stage.close();
  }
}

/** The platform with other switches. */
export function platformWith(more: Partial<ScenarioInput['platform']>): ScenarioInput['platform'] {
  return { ...PLATFORM, ...more };
}

/** Has the operator do what a step of a scenario does. */
export async function perform(stage: Stage, step: Readonly<Record<string, unknown>>): Promise<void> {
  const reply = await stage.fetch('api', 'slotstorm/steps', { method: 'POST', json: step, key: stage.operator });
  if (reply.status !== 200) throw new Error(`expected the step to be done, got ${reply.status} ${reply.text}`);
}
