import { type ChildProcess, fork } from 'node:child_process';
import type { ClientSink } from '../../measure/client-calls.js';
import { type DriverName, LoadError } from '../driver.js';
import type { ShooterOrder, ShotReport } from '../shooter.js';
import type { FromChild, ToChild } from './messages.js';

/** So much of what a process said last is shown when it has died. Characters. */
const LAST_WORDS = 2_000;
/** All that a load process needs of its surroundings. Keys are not among it. */
const INHERITED = ['PATH', 'HOME', 'TMPDIR', 'TEMP', 'SystemRoot', 'LANG', 'TZ', 'NODE_EXTRA_CA_CERTS', 'SSL_CERT_FILE', 'SSL_CERT_DIR'];

/** One load process, seen from its parent. */
export class ForkedLoad {
  /** Its shooter is made. */
  readonly ready: Promise<void>;
  readonly done: Promise<ShotReport>;
  /** The process is no more. */
  readonly gone: Promise<void>;
  readonly #child: ChildProcess;
  #lastWords = '';
  #isDone = false;
  #beReady!: () => void;
  #beDone!: (report: ShotReport) => void;
  #fail!: (error: LoadError) => void;

  /** @param script what the process runs */
  constructor(
    driver: DriverName,
    script: string,
    order: ShooterOrder,
    private readonly sink: ClientSink,
    env: Readonly<Record<string, string | undefined>>,
  ) {
    this.done = new Promise((resolve, reject) => {
      this.#beDone = resolve;
      this.#fail = reject;
    });
    this.ready = new Promise((resolve, reject) => {
      this.#beReady = resolve;
      this.done.catch(reject);
    });
    this.ready.catch(() => {});
    this.#child = fork(script, [], { serialization: 'advanced', execArgv: [], env: surroundings(env), stdio: ['ignore', 'ignore', 'pipe', 'ipc'] });
    this.gone = new Promise((resolve) => this.#child.once('close', () => resolve()));
    this.#listen(order.process);
    this.#send({ kind: 'prepare', driver, order });
  }

  start(epochMs: number): void {
    this.#send({ kind: 'start', epochMs });
  }

  stop(): void {
    this.#send({ kind: 'stop' });
  }

  kill(): void {
    this.#child.kill('SIGKILL');
  }

  #send(message: ToChild): void {
    // What cannot be sent will be said by its end.
    if (this.#child.connected) this.#child.send(message, () => {});
  }

  #listen(number: number): void {
    const child = this.#child;
    child.on('message', (message) => this.#heard(message as FromChild));
    child.stderr?.setEncoding('utf8').on('data', (text: string) => {
      this.#lastWords = (this.#lastWords + text).slice(-LAST_WORDS);
    });
    child.once('error', (error) => this.#fail(new LoadError(`load process ${number + 1} could not be started: ${error.message}`)));
    child.once('close', (code, signal) => {
      if (!this.#isDone) this.#fail(new LoadError(this.#deathOf(number, code, signal)));
    });
  }

  #heard(message: FromChild): void {
    switch (message.kind) {
      case 'ready':
        this.#beReady();
        break;
      case 'heard':
        this.sink.calls(message.calls);
        for (const { traffic, count } of message.dropped) this.sink.dropped(traffic, count);
        for (const { traffic, count } of message.zombiePolls) this.sink.zombiePolls(traffic, count);
        break;
      case 'done':
        this.#isDone = true;
        this.#beDone(message.report);
        break;
      default:
        this.#isDone = true;
        this.#fail(new LoadError(message.message, message.exitCode));
    }
  }

  #deathOf(number: number, code: number | null, signal: NodeJS.Signals | null): string {
    const how = signal === null ? `with exit code ${code}` : `by ${signal}`;
    const said = this.#lastWords.trim();
    return `load process ${number + 1} ended ${how} before its calls were over, so the run tells nothing${said === '' ? '' : `. It said last:\n${said}`}`;
  }
}

function surroundings(env: Readonly<Record<string, string | undefined>>): Record<string, string> {
  return Object.fromEntries(INHERITED.flatMap((name) => (env[name] === undefined ? [] : [[name, env[name]]])));
}
