import type { ClientRecording } from './client-view.js';
import type { Leak } from './leak-ledger.js';
import type { Finding } from './live-result.js';
import { OUTCOME_TAGS, type OutcomeTag } from './metrics.js';
import type { Recording } from './recorder.js';
import { listed, requests } from './views-words.js';

/** Clients that were refused a status with 401, and where their requests stand at the server. */
export interface LockedOut {
  readonly findings: readonly Finding[];
  /** By outcome: how many more the server has because of them. */
  readonly explained: ReadonlyMap<OutcomeTag, number>;
}

/** Slots that the server holds although no client waits for anything. */
export function heldSlots({ seen }: ClientRecording, server: Recording): Finding[] {
  const held = server.total.leaked.value;
  if (held > 0 && seen.lockedOut > 0) return [heldAfterRevocation(seen, server, held)];
  if (held <= seen.open + seen.unfollowed) return [];
  return [
    {
      what: 'leaked_slots',
      client: `${requests(seen.open)} still waited for`,
      server: `${slots(held)} held by no live work`,
      explanation: `Clients saw the end of everything that they wait for, but the server still holds ${slots(held)}: ${causes(server.leaks)}. Only a lease that expires, or an operator, brings them back.`,
    },
  ];
}

function heldAfterRevocation(seen: ClientRecording['seen'], server: Recording, held: number): Finding {
  const keys = listed(seen.lockedOutKeys);
  return {
    what: 'leaked_slots',
    client: `${requests(seen.lockedOut)} refused a status with 401`,
    server: `${slots(held)} held by no live work`,
    explanation: `${requests(seen.lockedOut)} ${were(seen.lockedOut)} refused a status with 401 after their key (${keys}) was revoked; the server still holds ${held === 1 ? 'a slot' : `${held} slots`} for them: ${causes(server.leaks)}. Nobody can cancel them with that key: cancel before a key is rotated, or have the platform release what a revocation strands.`,
  };
}

/** Where the requests stand whose clients were locked out: a client without a key learns nothing more. */
export function lockedOut({ total, seen, warmupUs }: ClientRecording, server: Recording): LockedOut {
  const more = total.outcome('unauthorized') - server.total.outcome('unauthorized');
  if (seen.lockedOut === 0 || more <= 0 || warmupUs > 0) return { findings: [], explained: new Map() };
  const explained = surplus(total, server, Math.min(more, seen.lockedOut));
  const counted = [...explained.values()].reduce((sum, count) => sum + count, 0);
  if (counted === 0) return { findings: [], explained };
  const where = listed([...explained].map(([tag, count]) => `${count} ${tag}`));
  explained.set('unauthorized', -counted);
  const finding = {
    what: 'requests{outcome:unauthorized}',
    client: `${requests(seen.lockedOut)} refused a status with 401`,
    server: where,
    explanation: `A client whose key is revoked is told nothing more, so its call ends with the 401. At the server these requests stand as ${where}${explained.has('ok') ? ': results of those that ended well are lost to their callers' : ''}.`,
  };
  return { findings: [finding], explained };
}

/** Of which outcomes the server has more than the clients, up to `most` in all. */
function surplus(client: ClientRecording['total'], server: Recording, most: number): Map<OutcomeTag, number> {
  const explained = new Map<OutcomeTag, number>();
  let left = most;
  for (const tag of OUTCOME_TAGS) {
    const more = Math.min(left, server.total.outcome(tag) - client.outcome(tag));
    if (tag === 'unauthorized' || more <= 0) continue;
    explained.set(tag, more);
    left -= more;
  }
  return explained;
}

function causes(leaks: readonly Leak[]): string {
  const open = new Set(leaks.filter(({ toUs }) => toUs === undefined).map(({ cause }) => cause));
  return open.size === 0 ? 'see the leak ledger' : listed([...open].slice(0, 3));
}

function slots(count: number): string {
  return count === 1 ? '1 slot' : `${count} slots`;
}

function were(count: number): string {
  return count === 1 ? 'was' : 'were';
}
