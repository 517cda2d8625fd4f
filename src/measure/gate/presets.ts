import type { Level } from './gate-result.js';

/** Sets of checks that most scenarios want. An entry of the scenario's own for the same metric or budget takes their place. */
export const PRESETS = ['recommended', 'strict'] as const;
export type Preset = (typeof PRESETS)[number];

interface PresetCheck {
  readonly level: Level;
  readonly expression: string;
}

interface PresetChecks {
  readonly doc: string;
  readonly thresholds: Readonly<Record<string, PresetCheck>>;
  readonly budgets: Readonly<Record<string, PresetCheck>>;
}

/** What no platform may do: a slot that is held for ever, an answer that never comes, work that nobody paid for. */
const NEVER: PresetChecks['thresholds'] = {
  leaked_slots: { level: 'error', expression: 'value == 0' },
  lost_requests: { level: 'error', expression: 'count == 0' },
  over_admission_seconds: { level: 'error', expression: 'count == 0' },
  duplicate_executions: { level: 'error', expression: 'count == 0' },
};

export const PRESET_CHECKS: Readonly<Record<Preset, PresetChecks>> = {
  recommended: {
    doc: 'no slot leaked at the end, no request lost, no work beyond the limit or twice; clients that give up and start timeouts are warned of',
    thresholds: { ...NEVER, unleased_seconds: { level: 'warn', expression: 'count == 0' } },
    budgets: { gave_up: { level: 'warn', expression: '1%' }, start_timeouts: { level: 'warn', expression: '1%' } },
  },
  strict: {
    doc: 'the same with no slot leaked at any time and tighter budgets, all of it as errors; every warning of the scenario counts as an error',
    thresholds: { ...NEVER, unleased_seconds: { level: 'error', expression: 'count == 0' }, leaked_slot_seconds: { level: 'error', expression: 'count == 0' } },
    budgets: { gave_up: { level: 'error', expression: '0.5%' }, start_timeouts: { level: 'error', expression: '0.5%' } },
  },
};
