import type { WebSocket } from 'ws';
import type { Json } from '../json.js';
import type { LiveRequest, RequestChange } from '../world/live-request.js';
import type { LiveWorld } from '../world/live-world.js';
import { endCall } from './end-call.js';
import { MessageRate } from './message-rate.js';
import { type MessageForm, readMessage, UnreadableMessage, writeMessage } from './realtime-message.js';
import type { RealtimeWork } from './realtime-work.js';
import type { Turns, TurnTaker } from './turns.js';

/**
 * CHOICE (2.4): fal says `TIMEOUT` to who is silent, but not after how long. Wall time: whether a peer is still there has
 * nothing to do with how fast the platform's time goes.
 */
export const SILENCE_MS = 60_000;
/** For every ms that an answer keeps the whole server waiting its connection waits so many: others come in between. */
const REST_PER_WORK = 3;
/** Shorter work counts as none. */
const LEAST_WORK_MS = 1;
const MESSAGES_PER_SECOND = 200;
const MESSAGES_AT_ONCE = 400;
/** A reader this far behind is cut off. Bytes of this server's memory. */
const MOST_BUFFERED_BYTES = 8 * 1024 * 1024;

/** Close codes of RFC 6455. */
const NORMAL = 1000;
const GOING_AWAY = 1001;
const POLICY = 1008;
const SERVER_ERROR = 1011;
const TRY_LATER = 1013;
/** How a peer says goodbye; browsers and Node name no code. */
const GOODBYES: readonly number[] = [NORMAL, GOING_AWAY, 1005];

/** What a connection needs beside its socket. */
export interface RealtimeTerms {
  readonly world: LiveWorld;
  readonly request: LiveRequest;
  readonly work: RealtimeWork;
  /** Shared with all other connections. */
  readonly turns: Turns;
  /** Messages that may wait for their answers; one more, and the oldest is dropped. */
  readonly maxBuffering: number;
  /** The server is about to close. */
  readonly closing: AbortSignal;
}

interface Message {
  readonly input: Json;
  readonly form: MessageForm;
}

/**
 * One open connection. It is one direct call that holds one slot until it closes, whoever closes it.
 * Answers go the way their messages came; what is said beside them (`x-fal-error`, `x-fal-message`) is always JSON text:
 * Python looks for errors in text only.
 */
export class RealtimeConnection implements TurnTaker {
  readonly #waiting: Message[] = [];
  readonly #rate = new MessageRate(MESSAGES_PER_SECOND, MESSAGES_AT_ONCE, performance.now());
  readonly #stops: (() => void)[] = [];
  #silence: NodeJS.Timeout | undefined;
  #rest: NodeJS.Timeout | undefined;
  #isAnswering = false;
  #isOver = false;

  constructor(
    private readonly socket: WebSocket,
    private readonly terms: RealtimeTerms,
  ) {
    const { world, request, closing } = terms;
    socket.on('message', (data: Buffer, isBinary: boolean) => this.#take(data, isBinary ? 'binary' : 'text'));
    socket.on('close', (code) => this.#closed(code));
    this.#stops.push(
      request.watch((change) => this.#changed(change)),
      world.keys.onRevoked((keyId) => keyId === request.keyId && this.#revoked()),
    );
    closing.addEventListener('abort', this.#serverCloses);
    this.#listenForSilence();
    if (request.state === 'COMPLETED') this.#changed('end');
  }

  #take(data: Buffer, form: MessageForm): void {
    if (this.#isOver) return;
    this.#listenForSilence();
    if (this.#rate.take(performance.now())) this.#read(data, form);
    else this.#refuse('RATE_LIMITED', `At most ${MESSAGES_PER_SECOND} messages a second`, POLICY);
  }

  #read(data: Buffer, form: MessageForm): void {
    try {
      this.#keep({ input: readMessage(data, form), form });
    } catch (error) {
      if (!(error instanceof UnreadableMessage)) throw error;
      this.#say({ type: 'x-fal-error', error: 'INVALID_MESSAGE', reason: error.message });
    }
  }

  #keep(message: Message): void {
    this.#waiting.push(message);
    if (this.#waiting.length > this.terms.maxBuffering) this.#dropOldest();
    this.#answerWaiting();
  }

  #dropOldest(): void {
    this.#waiting.shift();
    this.#say({ type: 'x-fal-message', action: 'dropped', reason: `More than ${this.terms.maxBuffering} messages were waiting` });
  }

  /** One after the other, and none before a runner has taken the call. */
  #answerWaiting(): void {
    if (this.#isAnswering || !this.#mayAnswer()) return;
    this.#isAnswering = true;
    this.terms.turns.wait(this);
  }

  #mayAnswer(): boolean {
    return !this.#isOver && this.#waiting.length > 0 && this.terms.request.state === 'IN_PROGRESS';
  }

  /** Its turn has come: it answers one message, and rests when that has kept everybody waiting. */
  turn(): void {
    const message = this.#mayAnswer() ? this.#waiting.shift() : undefined;
    if (message === undefined) {
      this.#isAnswering = false;
      return;
    }
    const fromMs = performance.now();
    const answered = this.#answer(message);
    const workMs = performance.now() - fromMs;
    void answered.then(() => this.#answered(workMs));
  }

  async #answer({ input, form }: Message): Promise<void> {
    const outcome = await this.terms.work.answer(input);
    if (this.#isOver) return;
    if ('output' in outcome) this.#send(writeMessage(outcome.output, form));
    else this.#say({ type: 'x-fal-error', error: outcome.error, reason: outcome.reason });
  }

  #answered(workMs: number): void {
    if (workMs < LEAST_WORK_MS) this.#goOn();
    else if (!this.#isOver) this.#rest = setTimeout(() => this.#goOn(), Math.ceil(workMs * REST_PER_WORK));
  }

  #goOn(): void {
    this.#isAnswering = false;
    this.#answerWaiting();
  }

  #changed(change: RequestChange): void {
    if (change === 'state') this.#answerWaiting();
    if (change !== 'end' || this.#isOver) return;
    const { failure } = this.terms.request;
    if (failure === undefined) this.#close(NORMAL, 'done');
    else this.#refuse(failure.errorType ?? 'RUNNER_ERROR', failure.error, SERVER_ERROR);
  }

  #revoked(): void {
    this.#say({ status: 'error', error: 'Unauthorized' });
    this.#close(POLICY, 'the key was revoked');
  }

  /** A peer that is gone without a word holds its slot no longer than that. */
  #listenForSilence(): void {
    this.#silence ??= setTimeout(() => this.#refuse('TIMEOUT', 'No message for a while', NORMAL), SILENCE_MS);
    this.#silence.refresh();
  }

  readonly #serverCloses = (): void => {
    this.#close(GOING_AWAY, 'the server is closing');
  };

  #refuse(error: string, reason: string, code: number): void {
    this.#say({ type: 'x-fal-error', error, reason });
    this.#close(code, reason);
  }

  #say(words: Readonly<Record<string, string>>): void {
    this.#send(JSON.stringify(words));
  }

  #send(data: string | Uint8Array): void {
    if (this.#isOver) return;
    this.socket.send(data);
    if (this.socket.bufferedAmount > MOST_BUFFERED_BYTES) this.#close(TRY_LATER, 'the reader is too slow');
  }

  /** The slot is given back at once: a peer that never answers the goodbye must not keep it. */
  #close(code: number, reason: string): void {
    if (this.#isOver) return;
    // RFC 6455: at most 123 bytes.
    this.socket.close(
      code,
      Buffer.from(reason)
        .subarray(0, 120)
        .toString('utf8')
        .replace(/\uFFFD+$/, ''),
    );
    this.#closed(code);
  }

  /** Whoever says goodbye has ended the call well; whoever is gone without it has not. */
  #closed(code: number): void {
    if (this.#isOver) return;
    this.#isOver = true;
    clearTimeout(this.#silence);
    clearTimeout(this.#rest);
    for (const stop of this.#stops) stop();
    this.terms.closing.removeEventListener('abort', this.#serverCloses);
    this.#waiting.length = 0;
    endCall(this.terms.world, this.terms.request, GOODBYES.includes(code));
  }
}
