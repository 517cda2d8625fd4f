import type { ScenarioInput } from '../scenario/schema.js';

/** What `slotstorm serve` serves without a scenario: one account at a limit that is quickly met, and quick models. */
export const DEFAULT_SCENARIO: ScenarioInput = {
  name: 'emulator',
  description: 'One account with ten slots, and models that answer in seconds.',
  platform: {
    policy: 'fal-documented',
    accounts: [{ id: 'local', limit: 10, keys: ['test'] }],
    endpoints: [
      { id: 'fal-ai/flux/schnell', service: '800ms' },
      { id: 'fal-ai/flux/dev', service: { lognormal: { mean: '3s', cv: 0.3 } } },
      { id: 'fal-ai/any-llm', service: '2s' },
      { id: 'fal-ai/kling-video/v2/master/text-to-video', service: '20s' },
    ],
  },
};
