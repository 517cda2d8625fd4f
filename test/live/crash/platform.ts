import type { ScenarioInput } from '../../../src/scenario/schema.js';

/** Its handler writes down every execution. */
export const JOURNAL_ENDPOINT = 'acme/journal';
/** For direct calls. */
export const DIRECT_ENDPOINT = 'acme/direct';
/** A model that only pretends. */
export const FAKE_ENDPOINT = 'acme/echo';

export const MAIN_KEY = 'main-key:secret-of-the-main-key';
export const CREDENTIALS = { 'acme/main': MAIN_KEY };

/** Slots enough to work off what comes in, and too few for all of it at once. */
export const SCENARIO: ScenarioInput = {
  name: 'crashes',
  platform: {
    policy: 'reference',
    accounts: [{ id: 'acme', limit: 12, keys: ['main'] }],
    endpoints: [
      { id: JOURNAL_ENDPOINT, service: '20ms' },
      { id: DIRECT_ENDPOINT, service: '20ms' },
      { id: FAKE_ENDPOINT, service: { exponential: { mean: '30ms' } } },
    ],
  },
};

/** What an endpoint is asked to do. */
export interface Order {
  /** Names the order in its answer. */
  readonly token: string;
  /** How long its work takes. */
  readonly ms: number;
  /** How long it keeps everybody else from running. */
  readonly blockMs: number;
  /** It does not listen to a cancel. */
  readonly isStubborn: boolean;
}
