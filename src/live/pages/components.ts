import type { EndpointView, PlatformView } from '../world/live-world.js';

export type Incident = PlatformView['incidents'][number];

/** A part of the platform as the status page names it. */
export interface ComponentHealth {
  readonly name: string;
  readonly does: string;
  /** Faults at work on it now. */
  readonly faults: readonly Incident[];
  readonly note: string;
}

/** Which words of a fault concern which part: those of the steps of a scenario. */
const COMPONENTS: readonly { readonly name: string; readonly does: string; readonly concerns: RegExp }[] = [
  { name: 'Gateway', does: 'takes calls and answers them', concerns: /gateway|enqueue|webhook/ },
  { name: 'Queue', does: 'holds requests and hands them out', concerns: /dispatcher|enqueue|dequeue|cancel|wake/ },
  { name: 'Slot store', does: 'knows who holds which slot', concerns: /store|acquire|grant|release|renew|expired|(rename|delete) account/ },
  { name: 'Runners', does: 'do the work', concerns: /runner|start|stop|done|renew/ },
  { name: 'Keys', does: 'says which keys are accepted', concerns: /\bkeys\b|revoked|(rename|delete) account/ },
];

export function isAtWork({ atUs, untilUs }: Incident, nowUs: number): boolean {
  return atUs <= nowUs && (untilUs === undefined || untilUs > nowUs);
}

export function componentsOf({ incidents, inUse, ghosts, queued }: PlatformView, endpoints: readonly EndpointView[], nowUs: number): ComponentHealth[] {
  const active = incidents.filter((incident) => isAtWork(incident, nowUs));
  const notes: Readonly<Record<string, string>> = {
    Queue: `${queued} waiting`,
    'Slot store': ghosts === 0 ? `${inUse} slots in use` : `${inUse} slots in use, ${ghosts} stuck`,
    Runners: runnersNote(endpoints),
  };
  return COMPONENTS.map(({ name, does, concerns }) => ({
    name,
    does,
    faults: active.filter(({ text }) => concerns.test(withoutEndpoints(text))),
    note: notes[name] ?? '',
  }));
}

/** Endpoints may be called anything; only they have slashes. */
function withoutEndpoints(text: string): string {
  return text.replace(/\S*\/\S*/g, '');
}

function runnersNote(endpoints: readonly EndpointView[]): string {
  const sum = { running: 0, idle: 0, pending: 0 };
  for (const { runners } of endpoints) {
    sum.running += runners.running;
    sum.idle += runners.idle;
    sum.pending += runners.pending;
  }
  return `${sum.running} running, ${sum.idle} idle, ${sum.pending} booting`;
}
