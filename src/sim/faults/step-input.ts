import { durationText } from '../../scenario/duration-text.js';
import type { ScenarioInput } from '../../scenario/schema.js';
import type { KeyRef, StepSpec } from '../../scenario/types.js';

/** A step as a scenario file holds it. */
export type StepInput = NonNullable<ScenarioInput['steps']>[number];

/**
 * A resolved step as a scenario file spells it: read again, it is the same step. What is left to a default is left out.
 * A `burst` has lost who calls what to the workload; as written it is one of the only key to the only endpoint.
 */
export function stepInput(step: StepSpec): StepInput {
  const at = durationText(step.atUs);
  switch (step.do) {
    case 'burst':
      return { at, do: step.do, count: step.count };
    case 'revoke-key':
      return { at, do: step.do, key: keyText(step.key) };
    case 'set-limit':
      return { at, do: step.do, account: step.account, ...given('endpoint', step.endpoint), limit: step.limit };
    case 'invoice-paid':
      return { at, do: step.do, account: step.account, usd: step.usd };
    case 'crash-runner':
      return { at, do: step.do, ...runners(step), ...(step.silent === true && { silent: true }) };
    case 'hang-runner':
      return { at, do: step.do, ...runners(step) };
    case 'pause-runner':
      return { at, do: step.do, ...runners(step), for: durationText(step.forUs) };
    case 'slow-runner':
      return { at, do: step.do, ...runners(step), factor: step.factor, for: durationText(step.forUs) };
    case 'crash': {
      const where = step.between === undefined ? { part: step.part } : { between: step.between };
      return { at, do: step.do, ...where, for: durationText(step.forUs) };
    }
    case 'cut':
      return { at, do: step.do, link: step.link, for: durationText(step.forUs) };
    case 'disturb':
      return disturbance(step);
    // Two cases, for the type of an input is one of a kind.
    case 'drop':
      return { at, do: 'drop', message: step.message, ...oneOrMore(step.count) };
    case 'duplicate':
      return { at, do: 'duplicate', message: step.message, ...oneOrMore(step.count) };
    case 'delay':
      return { at, do: step.do, message: step.message, ...oneOrMore(step.count), by: durationText(step.byUs) };
    case 'lose-store':
      return { at, do: step.do, ...(step.ageUs !== undefined && { age: durationText(step.ageUs) }) };
    case 'skew-clock':
      return { at, do: step.do, part: step.part, by: durationText(step.byUs) };
    case 'rename-account':
    case 'delete-account':
    case 'release-stuck':
      return { at, do: step.do, account: step.account };
    case 'disconnect':
      return { at, do: step.do, account: step.account, ...given('key', step.key), ...someOrAll(step.count) };
    case 'webhook-down':
      return { at, do: step.do, account: step.account, for: durationText(step.forUs) };
    case 'cancel': {
      const state = step.state === 'any' ? {} : { state: step.state };
      return { at, do: step.do, account: step.account, ...given('key', step.key), ...someOrAll(step.count), ...state };
    }
  }
}

function disturbance(step: Extract<StepSpec, { do: 'disturb' }>): StepInput {
  const { drop, duplicate, reorder, delayUs } = step;
  return {
    at: durationText(step.atUs),
    do: step.do,
    link: step.link,
    ...given('message', step.message),
    ...(drop > 0 && { drop }),
    ...(duplicate > 0 && { duplicate }),
    ...(reorder > 0 && { reorder }),
    ...(delayUs > 0 && { delay: durationText(delayUs) }),
    for: durationText(step.forUs),
  };
}

function keyText({ account, key }: KeyRef): string {
  return `${account}/${key}`;
}

function given<Name extends string, Value>(name: Name, value: Value | undefined): { [N in Name]?: Value } {
  return (value === undefined ? {} : { [name]: value }) as { [N in Name]?: Value };
}

function runners({ endpoint, count }: { readonly endpoint: string; readonly count: number }): { endpoint: string; count?: number } {
  return { endpoint, ...oneOrMore(count) };
}

function oneOrMore(count: number): { count?: number } {
  return count === 1 ? {} : { count };
}

function someOrAll(count: number): { count?: number } {
  return Number.isFinite(count) ? { count } : {};
}
