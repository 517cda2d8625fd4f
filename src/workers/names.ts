import { WorkersError } from './workers-error.js';

export const DEFAULT_PREFIX = 'slotstorm';

/** The names of everything that plans and workers put into Redis. */
export class Names {
  /** Plans that are being worked out, each with an entry of its own. */
  readonly plans: string;
  /** Workers that are there. */
  readonly workers: string;
  /** BullMQ's own names begin with it. */
  readonly queues: string;

  /** @throws WorkersError for a prefix that could be part of another name */
  constructor(readonly prefix: string) {
    if (!/^[\w.-]{1,64}$/.test(prefix))
      throw new WorkersError(`expected a prefix of 1 to 64 letters, digits, dots, dashes and underscores, got ${shown(prefix)}`);
    this.plans = `${prefix}:plans`;
    this.workers = `${prefix}:workers`;
    this.queues = `${prefix}:queue`;
  }

  /** A text is named by what it says. @param sha256 of the text, hexadecimal */
  text(sha256: string): string {
    return `${this.prefix}:text:${sha256}`;
  }
}

/** What looks like an address may hold a password. */
function shown(prefix: string): string {
  return /[@/]/.test(prefix) ? 'something else' : JSON.stringify(prefix.slice(0, 80));
}
