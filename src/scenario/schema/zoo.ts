import { z } from 'zod';
import { oneOf, strict, text } from './words.js';

/** Every known way to leak a slot, or to give out too many: the classes that the entries of `scenarios/zoo` stand for. */
export const FAULT_CLASSES = {
  F1a: 'release bound to an owner that can vanish: a credential',
  F1b: 'release bound to an owner that can vanish: a connection',
  F1c: 'release bound to an owner that can vanish: a renamed or deleted object',
  F2: 'missed, lost or late release on one path',
  F3a: 'holder dead',
  F3b: 'holder alive, but stuck',
  F4: 'gap between acquire, durable record and dispatch',
  F5: 'duplicate release',
  F6: 'stale owner acts on a slot that was leased again',
  F7: 'lease expires under live work',
  F8a: 'cancel races completion: both release',
  F8b: 'cancel races completion: neither releases',
  F8c: 'release at the request to stop',
  F9a: 'deadline races dispatch',
  F9b: 'abandoned waiter is granted a slot',
  F10: 'requeue, retry or redelivery without release: a second slot for one request',
  F11: 'a counter that drifts from what it counts',
  F12: 'acquire in several steps',
  F13: 'limit or configuration changes under load',
  F14: 'store lost or restored, clocks that disagree',
  F15: 'faulty healer',
  F16a: 'admission without progress: lost wake-up',
  F16b: 'admission without progress: backoff and barging',
  F16c: 'admission without progress: starvation',
  F16d: 'admission without progress: hold and wait',
} as const;

export type FaultClass = keyof typeof FAULT_CLASSES;

const REF = 'a public issue or pull request as owner/repository#number';

const incident = strict(
  {
    product: text('the name of a product'),
    refs: z.array(text(REF).regex(/^[\w.-]+\/[\w.-]+#\d+$/, { error: `expected ${REF}` }), { error: `expected a list, each ${REF}` }).min(1, {
      error: `expected at least ${REF}`,
    }),
    what: text('what was seen there, in a few words'),
  },
  'an incident { product, refs, what }',
);

/** What an entry of the zoo is about. Runs do not read it; `slotstorm zoo` and docs/zoo.md do. */
export const zoo = strict(
  {
    class: oneOf(Object.keys(FAULT_CLASSES) as [FaultClass, ...FaultClass[]]),
    decisive: text('the id of an invariant such as S-ORPH'),
    lesson: text('what cures it, and why'),
    incidents: z.array(incident, { error: 'expected a list of incidents { product, refs, what }' }).optional(),
  },
  'what the entry of the zoo is about { class, decisive, lesson, incidents }',
);
