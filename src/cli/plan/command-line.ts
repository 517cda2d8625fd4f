import { shellWord } from '../../shell-commands.js';
import type { PlanArguments } from './options.js';
import type { Written } from './values.js';

/**
 * The command that asks the same again. Where it ran, and where its reports went, is no part of the question; nor is an
 * address of workers, which may hold a password.
 */
export function planCommandLine(given: PlanArguments): string {
  const words = [
    ...(given.scenario === undefined ? [] : [shellWord(given.scenario)]),
    ...written('rate', given.rate),
    ...written('service', given.service),
    ...plain('service-law', given['service-law']),
    ...plain('service-cv', given['service-cv']),
    ...plain('burstiness', given.burstiness),
    ...TRACE_WORDS.flatMap((name) => plain(name, given[name])),
    ...(given.where ?? []).flatMap((text) => plain('where', text)),
    ...plain('policy', given.policy),
    ...plain('waiting', given.waiting),
    ...written('start-timeout', given['start-timeout']),
    ...plain('variant', given.variant),
    ...plain('account', given.account),
    ...(given.set ?? []).flatMap(({ path, value }) => plain('set', `${path}=${typeof value === 'string' ? value : JSON.stringify(value)}`)),
    ...plain('tiers', given.tiers?.join(',')),
    ...plain('tier-price', given['tier-price']?.map(({ limit, usdPerMonth }) => `${limit}=${usdPerMonth}`).join(',')),
    ...plain('stuck-price', given['stuck-price']),
    ...(given.slo ?? []).flatMap((text) => plain('slo', text)),
    ...plain('limit', given.limit),
    ...flag('gate', given.gate),
    ...plain('baseline', given.baseline),
    ...(given.allow ?? []).flatMap((part) => plain('allow', part)),
    ...written('start-timeout-loss', given['start-timeout-loss']),
    ...plain('burst', given.burst),
    ...plain('ghosts', given.ghosts),
    ...written('ghost-hold', given['ghost-hold']),
    ...flag('quick', given.quick),
    ...plain('seed', given.seed),
    ...plain('seeds', given.seeds),
    ...plain('requests', given.requests),
    ...plain('name', given.name),
  ];
  return ['npx slotstorm plan', ...words].join(' ');
}

const TRACE_WORDS = ['trace', 'arrival-column', 'service-column', 'service-unit', 'service-offset', 'by', 'endpoint-column', 'slice', 'bad-rows'] as const;

function plain(name: string, value: string | number | undefined): string[] {
  return value === undefined ? [] : [`--${name}`, shellWord(String(value))];
}

function written(name: string, value: Written<unknown> | undefined): string[] {
  return plain(name, value?.text);
}

function flag(name: string, value: boolean | undefined): string[] {
  return value === true ? [`--${name}`] : [];
}
