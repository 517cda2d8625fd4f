import { Socket } from 'node:net';
import type { HttpAnswer } from '../engine/answer.js';
import type { PlannedCall } from '../workload.js';
import type { CannonClient, CannonRequest, RequestParts } from './autocannon-types.js';

/** A call whose request is on its way. */
export interface Flight {
  readonly plan: PlannedCall;
  /** Virtual µs. */
  readonly plannedUs: number;
  readonly sentUs: number;
  /** By `performance.now()`. */
  readonly sentMs: number;
}

/** What connections are loaded with, and who hears what becomes of it. */
export interface Gun {
  /** The next call, whose request is handed to the socket now. */
  next(): Flight;
  partsOf(flight: Flight): Pick<RequestParts, 'path' | 'headers' | 'body'>;
  answered(flight: Flight, answer: HttpAnswer): void;
  /** It will never be answered. @param reason for people */
  lost(flight: Flight, reason: string, timedOut: boolean): void;
}

const CLOSED = 'the server closed the connection without an answer';

/** Keeps account of one of autocannon's connections, whose own account of requests without an answer is wrong. */
export class Connection {
  private flying: Flight | undefined;
  private fate: { reason: string; timedOut: boolean } | undefined;
  private isForgotten = false;

  /** @param timeoutS after which autocannon takes a request for lost */
  constructor(
    private readonly client: CannonClient,
    private readonly gun: Gun,
    timeoutS: number,
  ) {
    client.on('connError', (error: Error) => this.lose({ reason: reasonOf(error), timedOut: false }));
    // Told when the next request is already out: what was lost waits for its reason until autocannon is done with it.
    client.on('timeout', () => {
      if (this.fate !== undefined) Object.assign(this.fate, { reason: `no answer within ${timeoutS} s`, timedOut: true });
    });
    client.on('done', () => this.lose({ reason: CLOSED, timedOut: false }));
    // It takes 0.3 ms to make a connection's client: that is done before its time, and the last of a burst is not late by all of it.
    client.conn = new Socket();
    client._connect = () => undefined;
  }

  /** Connects and sends the first request. */
  fire(): void {
    this.client.setRequests([this.request()]);
    Reflect.deleteProperty(this.client, '_connect');
    this.client._connect();
  }

  /** Sends nothing more; what is on its way may be answered. */
  cease(): void {
    this.client.responseMax = Math.max(1, this.client.reqsMade);
  }

  /** Nothing more is told of it. @returns what is on its way */
  forget(): Flight | undefined {
    this.isForgotten = true;
    const { flying } = this;
    this.flying = undefined;
    return flying;
  }

  private request(): CannonRequest {
    return {
      method: 'POST',
      setupRequest: (parts) => {
        // Another request, though the last one has no answer: its connection is gone.
        this.lose({ reason: CLOSED, timedOut: false });
        const flight = this.gun.next();
        this.flying = flight;
        return { ...parts, ...this.gun.partsOf(flight) };
      },
      onResponse: (status, text, _context, headers) => {
        const { flying } = this;
        this.flying = undefined;
        if (flying !== undefined && !this.isForgotten) this.gun.answered(flying, { status, text, headers: lowerCased(headers) });
      },
    };
  }

  private lose(fate: NonNullable<Connection['fate']>): void {
    const { flying } = this;
    if (flying === undefined || this.isForgotten) return;
    this.flying = undefined;
    this.startAfresh();
    this.fate = fate;
    queueMicrotask(() => {
      if (!this.isForgotten) this.gun.lost(flying, fate.reason, fate.timedOut);
    });
  }

  /** The next connection answers its own requests, from the first byte of an answer on. */
  private startAfresh(): void {
    const { pipelinedRequests, parser } = this.client;
    pipelinedRequests.clear();
    parser.reinitialize(parser.type);
  }
}

function lowerCased(headers: Readonly<Record<string, string | readonly string[]>>): HttpAnswer['headers'] {
  return Object.fromEntries(Object.entries(headers).map(([name, value]) => [name.toLowerCase(), value]));
}

function reasonOf(error: Error): string {
  const { code } = error as NodeJS.ErrnoException;
  return error.message !== '' ? error.message : (code ?? error.name);
}
