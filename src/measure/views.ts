import { formatDurationUs } from '../core/units.js';
import type { ClientRecording } from './client-view.js';
import { HISTOGRAM_RELATIVE_ERROR } from './histogram.js';
import type { Finding } from './live-result.js';
import type { MetricName } from './metrics.js';
import { OUTCOME_TAGS, type OutcomeTag } from './metrics.js';
import type { Recording } from './recorder.js';
import { heldSlots, lockedOut } from './views-of-ends.js';
import { requests } from './views-words.js';

/** By how much two honest views may differ. */
export interface ViewTerms {
  /** Virtual seconds in a second of the wall clock. */
  readonly speed: number;
  /** How late a client may learn of a change, virtual µs: the longest interval between two polls; 0 over a stream. */
  readonly followUs: number;
  /** What the way and both processes may take, wall ms; 10 unless told. */
  readonly slackMs?: number | undefined;
}

const USUAL_SLACK_MS = 10;
const SHARES = [0.5, 0.95] as const;

/** Beyond this difference in samples, percentiles are not of the same calls. */
const SAME_CALLS = 0.02;

/**
 * Where clients and server tell different stories of the same run. Calls that nobody followed are no difference.
 * @param server what the server's own history says of the whole run
 */
export function compareViews(client: ClientRecording, server: Recording, terms: ViewTerms): readonly Finding[] {
  const findings = [...accepted(client, server), ...refusals(client, server), ...heldSlots(client, server)];
  if (client.seen.unfollowed === 0) {
    const locked = lockedOut(client, server);
    findings.push(...locked.findings, ...outcomes(client, server, locked.explained));
  }
  for (const metric of ['queue_latency', 'time_to_result'] as const) findings.push(...latencies(metric, client, server, terms));
  return findings;
}

function accepted({ seen, warmupUs }: ClientRecording, server: Recording): Finding[] {
  // With a warm-up the server's counter begins later.
  if (warmupUs > 0) return [];
  const known = server.total.accepted;
  const most = seen.accepted + seen.perhapsAccepted;
  if (known >= seen.accepted && known <= most) return [];
  const explanation =
    known > most
      ? `The server has accepted ${requests(known - most)} whose answer never reached the client: it may have worked on calls that the client repeated or gave up. Look for connections that were cut, or for other clients of the same server.`
      : `The client was told of ${requests(seen.accepted - known)} that the server's history does not have: an answer was given before the request was written down, or a server in between answered.`;
  return [{ what: 'requests accepted', client: requests(seen.accepted), server: requests(known), explanation }];
}

function refusals(client: ClientRecording, server: Recording): Finding[] {
  const told = client.total.http429;
  const counted = server.total.http429;
  if (told === counted || client.warmupUs > 0) return [];
  const explanation =
    told > counted
      ? 'Somebody before the platform refuses too (a proxy, a rate limit), or the answers are for another reason than the concurrency limit.'
      : 'Refusals did not reach the client: look for connections that were cut, and for timeouts of the client.';
  return [{ what: 'http_429', client: `${told} answers`, server: `${counted} refusals`, explanation }];
}

/** What became of the calls, but for what has been explained. @param explained by tag: so many more at the server */
function outcomes(client: ClientRecording, server: Recording, explained: ReadonlyMap<OutcomeTag, number>): Finding[] {
  if (client.seen.open > 0 || client.warmupUs > 0) return openCalls(client, server);
  const findings: Finding[] = [];
  for (const tag of OUTCOME_TAGS) {
    const seen = client.total.outcome(tag);
    const known = server.total.outcome(tag) - (explained.get(tag) ?? 0);
    if (seen === known) continue;
    findings.push({
      what: `requests{outcome:${tag}}`,
      client: requests(seen),
      server: requests(server.total.outcome(tag)),
      explanation: explainOutcome(tag, seen - known),
    });
  }
  return findings;
}

function explainOutcome(tag: OutcomeTag, more: number): string {
  const calls = requests(Math.abs(more));
  if (tag === 'waiting' || tag === 'in_progress' || tag === 'lost')
    return more < 0
      ? `Clients saw ${calls} end that the server still holds: nobody waits for them, and nobody will cancel them.`
      : `The server has ended ${calls} that clients still waited for: look for status answers that did not change, or did not come.`;
  return more > 0
    ? `Clients say so of ${calls} more than the server: compare what they were told (troubled calls) with the history of these requests.`
    : `The server says so of ${calls} more than the clients: the answer did not reach them, or said something else.`;
}

/** Calls were still open at the clients: only their number can be compared. */
function openCalls(client: ClientRecording, server: Recording): Finding[] {
  if (client.warmupUs > 0) return [];
  const waiting = client.seen.open;
  const held = openAtServer(server);
  if (waiting <= held) return [];
  return [
    {
      what: 'requests that have not ended',
      client: `${requests(waiting)} still waited for`,
      server: requests(held),
      explanation: `The server has ended ${requests(waiting - held)} without their clients seeing it: the status they are told does not change, or their polls get no answer.`,
    },
  ];
}

function openAtServer({ total }: Recording): number {
  return total.outcome('waiting') + total.outcome('in_progress') + total.outcome('lost');
}

function latencies(metric: Extract<MetricName, 'queue_latency' | 'time_to_result'>, client: ClientRecording, server: Recording, terms: ViewTerms): Finding[] {
  const seen = client.total.value(metric, 1);
  const known = server.total.value(metric, 1);
  if (seen.n === 0 || known.n === 0 || Math.abs(seen.n - known.n) > SAME_CALLS * known.n) return [];
  const slackMs = (terms.slackMs ?? USUAL_SLACK_MS) * terms.speed;
  const followMs = terms.followUs / 1000;
  for (const share of SHARES) {
    const clientMs = client.total.quantile(metric, share);
    const serverMs = server.total.quantile(metric, share);
    const roundingMs = 2 * HISTOGRAM_RELATIVE_ERROR * Math.max(clientMs, serverMs);
    const lateMs = clientMs - serverMs;
    if (lateMs >= -slackMs - roundingMs && lateMs <= followMs + slackMs + roundingMs) continue;
    return [
      {
        what: `${metric} p${Math.round(share * 100)}`,
        client: ms(clientMs),
        server: ms(serverMs),
        explanation: explainLatency(lateMs, followMs, slackMs),
      },
    ];
  }
  return [];
}

function explainLatency(lateMs: number, followMs: number, slackMs: number): string {
  const allowed = `${ms(followMs)} of polling and ${ms(slackMs)} of way`;
  return lateMs > 0
    ? `Clients saw it ${ms(lateMs)} later than it was, more than ${allowed} explain: load that was sent late, or answers that came late. Look at the send error, and at the event-loop lag of both sides.`
    : `Clients saw it ${ms(-lateMs)} before it was, which no honest clock allows: the two clocks did not start together, or the server counts from another instant.`;
}

function ms(value: number): string {
  return formatDurationUs(Math.round(value * 1000));
}
