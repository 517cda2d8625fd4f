import { completedBody, inProgressBody, inQueueBody, logsJson } from '../../protocol/queue-bodies.js';
import type { LiveRequest, LogLine } from '../world/live-request.js';
import type { LiveClock } from '../world/live-world.js';

const US_PER_SECOND = 1e6;

/** The status of a request as JSON text. @param logs undefined: not asked for */
export function statusBody(request: LiveRequest, links: string, logs: readonly LogLine[] | undefined, clock: LiveClock): string {
  if (request.state === 'IN_QUEUE') return inQueueBody(links, request.queuePosition());
  const lines = logs === undefined ? 'null' : logsText(logs, clock);
  if (request.state === 'IN_PROGRESS') return inProgressBody(links, lines);
  const { failure } = request;
  return completedBody(links, lines, request.inferenceUs / US_PER_SECOND, failure?.error, failure?.errorType);
}

function logsText(logs: readonly LogLine[], clock: LiveClock): string {
  return logsJson(logs.map(({ message, level, atUs }) => ({ message, level, timestamp: new Date(clock.toMs(atUs)).toISOString() })));
}
