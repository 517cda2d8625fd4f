import { reasonOf } from '../reasons.js';
import { WorkersError } from './workers-error.js';

const CODES = ['ECONNREFUSED', 'ECONNRESET', 'EPIPE', 'ETIMEDOUT', 'ENOTFOUND', 'EAI_AGAIN', 'EHOSTUNREACH', 'ENETUNREACH'];

/** Whether an error says no more than that Redis is not there at the moment: the connection itself tells that. */
export function isConnectionError(error: unknown): boolean {
  const { code, message = '' } = (error ?? {}) as NodeJS.ErrnoException;
  return CODES.includes(code ?? '') || /connection is closed|aborted due to connection close|stream isn't writeable|LOADING|socket closed/i.test(message);
}

/** What Redis itself refused is no error of this program. @param text the address of Redis, as it may be shown */
export function explainRefusal(error: unknown, text: string): unknown {
  if (!(error instanceof Error) || error.name !== 'ReplyError') return error;
  const { message } = error;
  if (message.startsWith('OOM')) return new WorkersError(`the memory of the Redis at ${text} is full: give it more (maxmemory)`);
  if (message.startsWith('READONLY')) return new WorkersError(`the Redis at ${text} is a replica that takes no jobs: name the one it follows`);
  return new WorkersError(`the Redis at ${text} refused what it was asked: ${reasonOf(error)}`);
}
