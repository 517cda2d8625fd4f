import { US_PER_SECOND } from '../core/time.js';
import { durationText } from '../scenario/duration-text.js';
import { plannedEndUs } from '../scenario/planned-end.js';
import type { ScenarioInput } from '../scenario/schema.js';
import { applySettings } from '../scenario/set-path.js';
import type { Scenario, StepSpec } from '../scenario/types.js';
import { drawFaultSteps } from '../sim/faults/draw-faults.js';
import { stepInput } from '../sim/faults/step-input.js';
import { type FuzzBounds, faultsWithin } from './bounds.js';
import { Aspect, Choices } from './choices.js';
import { drawAccounts, drawEndpointLimits, drawEndpoints, drawPlatformTraits } from './draw-platform.js';
import { PolicyDraws } from './draw-policy.js';
import { drawWorkload } from './draw-workload.js';
import { recoveryOf } from './recovery.js';
import { mustReadStory, type Story } from './story.js';

/** A story that was drawn from a seed. */
export interface DrawnStory extends Story {
  readonly seed: number;
  /** What a scenario file of it holds. */
  readonly input: () => ScenarioInput;
}

/** From this seed on, stories may have their full size: what is found is found in a small one first. */
const FULL_GROWN = 1_000;
const FEWEST_REQUESTS = 4;
const MOST_REQUESTS = 40;
const MOST_REQUESTS_LITE = 8;
/** Faults go on for this long after the last arrival: work that has just begun is worth disturbing too. */
const AFTER_THE_LOAD_US = 12 * US_PER_SECOND;
/** Of kinds of faults in one story: too many hide what each of them does. */
const MOST_KINDS = 5;
const STRIKES = [1, 1, 2, 3] as const;
const NAME = 'fuzz';

/** Draws whole stories: accounts, limits, load, the policy's times, faults. The same seed and bounds give the same story. */
export class Storyteller {
  private readonly policies: PolicyDraws;

  constructor(private readonly bounds: FuzzBounds) {
    this.policies = new PolicyDraws(bounds);
  }

  /** @throws ScenarioError when a setting does not fit; SettingError when its path leads nowhere */
  draw(seed: number): DrawnStory {
    const calm = this.withSettings(this.drawCalm(seed));
    const { scenario, plan } = mustReadStory(calm, `seed ${seed}`);
    const steps = [...scenario.steps, ...this.drawFaults(scenario, seed)];
    const recoveryUs = calm.recovery === undefined ? recoveryOf({ ...scenario, steps }) : scenario.recoveryUs;
    return {
      seed,
      scenario: { ...scenario, steps, recoveryUs },
      plan,
      input: () => ({ ...calm, steps: [...(calm.steps ?? []), ...steps.slice(scenario.steps.length).map(stepInput)], recovery: durationText(recoveryUs) }),
    };
  }

  private drawCalm(seed: number): ScenarioInput {
    const { lite } = this.bounds;
    const choices = new Choices(seed, Aspect.platform);
    const traits = drawPlatformTraits(choices);
    const drawn = drawAccounts(choices, lite ? 1 : 3);
    const endpoints = drawEndpoints(choices, lite ? 1 : 3, traits);
    const accounts = traits.endpointLimits ? drawEndpointLimits(choices, drawn, endpoints) : drawn;
    return {
      name: NAME,
      seed,
      platform: { policy: this.policies.draw(new Choices(seed, Aspect.policy)), accounts, endpoints },
      workload: drawWorkload(new Choices(seed, Aspect.workload), accounts, endpoints, this.requestsFor(seed)),
    };
  }

  /** Small stories first: their number of requests grows with the seed. */
  private requestsFor(seed: number): number {
    const most = this.bounds.lite ? MOST_REQUESTS_LITE : MOST_REQUESTS;
    const grown = FEWEST_REQUESTS + Math.floor((most - FEWEST_REQUESTS) * Math.min(1, seed / FULL_GROWN));
    return new Choices(seed, Aspect.size).whole(FEWEST_REQUESTS, grown);
  }

  private withSettings(input: ScenarioInput): ScenarioInput {
    const { settings } = this.bounds;
    return settings.length === 0 ? input : (applySettings(input, settings).data as ScenarioInput);
  }

  /** Swarm: which kinds are on, and how often each strikes, is drawn for every seed. */
  private drawFaults(scenario: Scenario, seed: number): StepSpec[] {
    const hasWebhooks = scenario.workload.some(({ webhook }) => webhook === true);
    const allowed = faultsWithin(this.bounds).filter((kind) => kind !== 'webhook-down' || hasWebhooks);
    if (allowed.length === 0) return [];
    const choices = new Choices(seed, Aspect.faults);
    const toUs = plannedEndUs(scenario) + AFTER_THE_LOAD_US;
    const steps: StepSpec[] = [];
    const kinds = choices.some(allowed, MOST_KINDS);
    // Few stories have webhooks: those that do are worth a receiver that is down.
    if (hasWebhooks && allowed.includes('webhook-down') && !kinds.includes('webhook-down') && choices.chance(0.5)) kinds.push('webhook-down');
    for (const kind of kinds) {
      const faults = { kinds: [kind], activation: 1, strikes: choices.oneOf(STRIKES), fromUs: 0, toUs };
      steps.push(...drawFaultSteps({ ...scenario, faults }, seed));
    }
    return steps.sort((one, other) => one.atUs - other.atUs);
  }
}

/** What `slotstorm fuzz` runs for a seed, as plain data that a scenario file may hold. */
export function drawScenario(seed: number, bounds: FuzzBounds): ScenarioInput {
  return new Storyteller(bounds).draw(seed).input();
}
