import { NONE } from '../core/requests.js';
import { Part } from '../core/topology.js';
import { formatDurationUs } from '../core/units.js';
import type { WatchedRun } from './event-reader.js';
import { EVENT_TABLE, type EventField, type EventName, type Subject } from './event-table.js';

/** One event as data: `atUs`, `event`, then the names and fields that the event table gives it. */
export type EventRecord = Record<string, string | number | boolean>;

/** Puts an event into names. To be called while it happens: requests are used again once they have ended. */
export function describeEvent(run: WatchedRun, name: EventName, id: number, numbers: readonly number[]): EventRecord {
  const { subject, fields } = EVENT_TABLE[name];
  const record: EventRecord = { atUs: run.platform.calendar.nowUs, event: name };
  ADD_SUBJECT[subject](record, run, id);
  for (const [n, field] of fields.entries()) {
    const value = numbers[n] as number;
    if (value === field.none) continue;
    record[field.name] = fieldValue(field, value, run);
  }
  if (name === 'limitSet') addEndpointOfScope(record, run, id);
  return record;
}

/** `ended at 12.3s: request req-17, account acme, key k, endpoint model, outcome ok` */
export function eventInWords({ atUs, event, ...rest }: EventRecord): string {
  const parts = Object.entries(rest).map(([field, value]) => `${field} ${value}`);
  return `${event} at ${formatDurationUs(atUs as number)}${parts.length === 0 ? '' : `: ${parts.join(', ')}`}`;
}

const PART_NAMES = Object.fromEntries(Object.entries(Part).map(([name, number]) => [number, name]));

type AddSubject = (record: EventRecord, run: WatchedRun, id: number) => void;

const addAttempt: AddSubject = (record, { platform }, id) => {
  const { account, key, endpoint } = platform.requests.at(id);
  record['account'] = account.name;
  record['key'] = key.name;
  record['endpoint'] = endpoint.name;
};

const addRequest: AddSubject = (record, run, id) => {
  record['request'] = nameOfRequest(run, id);
  addAttempt(record, run, id);
};

const ADD_SUBJECT: Readonly<Record<Subject, AddSubject>> = {
  request: addRequest,
  requestIfAny: (record, run, id) => {
    if (id !== NONE) addRequest(record, run, id);
  },
  attempt: addAttempt,
  traffic: (record, { traffic }, id) => {
    const { account, key, endpoint, mode } = traffic.classes[id] as (typeof traffic.classes)[number];
    Object.assign(record, { account, key, endpoint, mode });
  },
  key: (record, { platform }, id) => {
    const key = platform.keys[id];
    record['account'] = key?.account.name ?? '';
    record['key'] = key?.name ?? '';
  },
  account: (record, { platform }, id) => {
    record['account'] = platform.accounts[id]?.name ?? '';
  },
  endpoint: (record, { platform }, id) => {
    record['endpoint'] = platform.endpoints[id]?.name ?? '';
  },
  // Numbered from 1, as the marks of the report are.
  step: (record, _run, id) => {
    record['step'] = id + 1;
  },
  part: (record, _run, id) => {
    record['part'] = PART_NAMES[id] ?? id;
  },
  leasesLost: (record, _run, id) => {
    record['leasesForgotten'] = id;
  },
  none: () => undefined,
};

function nameOfRequest({ platform }: WatchedRun, number: number): string {
  return `req-${platform.requests.at(number).ordinal}`;
}

function fieldValue(field: EventField, value: number, run: WatchedRun): string | number | boolean {
  if (field.words !== undefined) return field.words[value] ?? value;
  if (field.as === 'boolean') return value !== 0;
  if (field.as === 'dollars') return value / 100;
  if (field.as === 'request') return nameOfRequest(run, value);
  // JSON has no Infinity; a limit may be one.
  return Number.isFinite(value) ? value : String(value);
}

function addEndpointOfScope(record: EventRecord, { platform }: WatchedRun, accountNumber: number): void {
  const scope = record['scope'];
  if (scope === undefined) return;
  const account = platform.accounts[accountNumber];
  const endpoint = platform.endpoints.find((one) => account?.endpointScope(one)?.number === scope);
  if (endpoint !== undefined) record['endpoint'] = endpoint.name;
}
