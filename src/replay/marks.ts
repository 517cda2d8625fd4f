import type { EventRecord } from '../history/describe-event.js';
import type { MarkKind, Tone } from './replay.js';

type MarkGroup = 'story' | 'parts' | 'keys' | 'runners' | 'requests';

interface Look {
  readonly tone: Tone;
  readonly kind?: MarkKind;
  readonly group?: MarkGroup;
}

/** Events that are more than daily business: how they look, and on which lane they are marked. */
const LOOKS: Readonly<Record<string, Look>> = {
  step: { tone: 'step', kind: 'step', group: 'story' },
  faultOver: { tone: 'step' },
  recovery: { tone: 'step', kind: 'note', group: 'story' },
  limitSet: { tone: 'step', kind: 'note', group: 'story' },
  storeLost: { tone: 'fault', kind: 'crash', group: 'parts' },
  clockSkewed: { tone: 'fault', kind: 'note', group: 'parts' },
  partDown: { tone: 'fault', kind: 'crash', group: 'parts' },
  partUp: { tone: 'step' },
  accountRenamed: { tone: 'fault', kind: 'step', group: 'story' },
  keyRevoked: { tone: 'step', kind: 'step', group: 'keys' },
  keyRefused: { tone: 'step', kind: 'note', group: 'keys' },
  runnerCrashed: { tone: 'fault', kind: 'crash', group: 'runners' },
  runnerPaused: { tone: 'fault', kind: 'note', group: 'runners' },
  runnerResumed: { tone: 'step', kind: 'note', group: 'runners' },
  runnerHung: { tone: 'fault', kind: 'crash', group: 'runners' },
  runnerSlowed: { tone: 'fault', kind: 'note', group: 'runners' },
  messageLost: { tone: 'fault', kind: 'message', group: 'parts' },
  messageDelayed: { tone: 'fault', kind: 'message', group: 'parts' },
  messageDuplicated: { tone: 'fault', kind: 'message', group: 'parts' },
  messageRefused: { tone: 'fault', kind: 'refusal', group: 'requests' },
  executionPaused: { tone: 'fault' },
  executionResumed: { tone: 'step' },
  executionStartedStale: { tone: 'odd', kind: 'crash', group: 'requests' },
  leaseForgotten: { tone: 'odd', kind: 'crash', group: 'requests' },
  leaseRestored: { tone: 'odd', kind: 'note', group: 'requests' },
  leaseTakenBack: { tone: 'odd', kind: 'note', group: 'requests' },
  leaseReleasedAgain: { tone: 'odd', kind: 'refusal', group: 'requests' },
  releaseMisdirected: { tone: 'odd', kind: 'refusal', group: 'requests' },
  completionDropped: { tone: 'odd', kind: 'message', group: 'requests' },
  redelivered: { tone: 'odd', kind: 'note', group: 'requests' },
  disconnected: { tone: 'fault', kind: 'note', group: 'requests' },
  cancelRequested: { tone: 'step', kind: 'note', group: 'requests' },
  ended: { tone: 'plain', kind: 'end', group: 'requests' },
  completed: { tone: 'plain', kind: 'end', group: 'requests' },
  childAwaited: { tone: 'plain', kind: 'note', group: 'requests' },
  reconciled: { tone: 'odd', kind: 'note', group: 'story' },
};

export function toneOf(event: EventRecord): Tone {
  const { tone = 'plain' } = LOOKS[String(event['event'])] ?? {};
  if (event['event'] === 'webhookSent' && event['delivered'] === false) return 'fault';
  return tone;
}

/** How an event is marked on a lane; undefined: not at all. A message of a request is marked on its link. */
export function markOf(event: EventRecord): { readonly kind: MarkKind; readonly group: MarkGroup } | undefined {
  const look = LOOKS[String(event['event'])];
  return look?.kind === undefined || look.group === undefined ? undefined : { kind: look.kind, group: look.group };
}
