import { type PreparedVariant, prepareScenario } from '../../src/prepare.js';
import { sourceOfData } from '../../src/scenario/source.js';

/**
 * One unit of a model's time in µs. About a second, so that rounding to whole µs is one part in a million; and a power of
 * two, so that the waits the tables speak of (1, 2.5, 5 units) lie between two buckets of the platform's histogram and the
 * share beyond them is counted exactly.
 */
export const UNIT_US = 2 ** 20;

/** When requests come. `two-part`: gaps of Erlang's law of order 2, replayed from a trace. */
export type ArrivalLaw =
  | { readonly law: 'poisson' | 'constant' | 'two-part' /** Arrivals a unit of time. */; readonly rate: number }
  | {
      readonly law: 'closed-loop';
      readonly users: number;
      /** Mean of the exponential time from the end of a call to the user's next one. */
      readonly thinking: number;
      /** Calls to expect a unit of time. */
      readonly rate: number;
    };

export interface ServiceLaw {
  readonly law: 'exponential' | 'constant' | 'lognormal' | 'gamma';
  /** In units of time. */
  readonly mean: number;
  /** Standard deviation / mean, where the law leaves it open. */
  readonly cv?: number;
}

/** A queue of the textbooks, as a setting of the platform: one account whose limit is the number of servers. */
export interface QueueSetting {
  readonly arrivals: ArrivalLaw;
  readonly service: ServiceLaw;
  readonly servers: number;
  /** `start_timeout` of every request, in units of time. */
  readonly startTimeout?: number;
  /** The twin of a start_timeout that is not removed when work begins: the client cancels whatever has become of its request. */
  readonly cancelAfter?: number;
  /** Mean of an exponential patience, after which a client cancels a request that is still queued. */
  readonly patience?: number;
  /** Calls a client has open at most; those beyond are dropped by the client. */
  readonly places?: number;
  /** Direct calls without retries: at the limit a call is lost. */
  readonly direct?: boolean;
}

/** The name of the trace that two-part arrivals are replayed from. */
const TRACE_FILE = 'arrivals.csv';

/** @param requests arrivals to expect */
export function variantOf(setting: QueueSetting, requests: number): PreparedVariant {
  const [variant] = prepareScenario(sourceOfData('theory', scenarioData(setting, requests))).variants;
  return variant as PreparedVariant;
}

function scenarioData(setting: QueueSetting, requests: number): unknown {
  return {
    name: 'theory',
    platform: {
      policy: { waiting: 'fifo', stopDelay: '0s' },
      accounts: [{ id: 'acme', limit: setting.servers }],
      endpoints: [{ id: 'model', service: serviceData(setting.service), runners: 'unlimited' }],
    },
    workload: [flowData(setting, requests)],
    // Long enough for every queue that is compared here to become empty again.
    recovery: '12h',
  };
}

function flowData(setting: QueueSetting, requests: number): Record<string, unknown> {
  const { startTimeout, cancelAfter, patience, places, direct } = setting;
  const flow: Record<string, unknown> = { call: direct === true ? 'run' : 'submit', sdk: 'none', arrivals: arrivalData(setting.arrivals, requests) };
  if (startTimeout !== undefined) flow['startTimeout'] = duration(startTimeout);
  if (patience !== undefined) flow['patience'] = { exponential: { mean: duration(patience) } };
  if (places !== undefined) flow['maxVUs'] = places;
  if (cancelAfter !== undefined) {
    flow['call'] = 'subscribe';
    flow['clientTimeout'] = duration(cancelAfter);
  }
  return flow;
}

function arrivalData(arrivals: ArrivalLaw, requests: number): unknown {
  const { law, rate } = arrivals;
  const perSecond = `${(rate * 1e6) / UNIT_US}/s`;
  const to = duration(requests / rate);
  switch (law) {
    case 'poisson':
      return { poisson: perSecond, to };
    case 'constant':
      return { rate: perSecond, to };
    case 'two-part':
      return { trace: TRACE_FILE, columns: { arrival: 'seconds' } };
    case 'closed-loop':
      return { closedLoop: { users: arrivals.users, thinkTime: { exponential: { mean: duration(arrivals.thinking) } } }, to };
  }
}

function serviceData({ law, mean, cv }: ServiceLaw): unknown {
  switch (law) {
    case 'constant':
      return duration(mean);
    case 'exponential':
      return { exponential: { mean: duration(mean) } };
    case 'lognormal':
      return { lognormal: { mean: duration(mean), cv } };
    case 'gamma':
      return { gamma: { mean: duration(mean), cv } };
  }
}

function duration(units: number): string {
  return `${Math.round(units * UNIT_US)}us`;
}
