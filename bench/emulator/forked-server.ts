import { type ChildProcess, fork } from 'node:child_process';
import { fileURLToPath } from 'node:url';

/** What the server's process has used since it was last asked. */
export interface Usage {
  readonly cpuSeconds: number;
  /** Resident, now, after the garbage was collected. */
  readonly residentBytes: number;
}

/** A server in a process of its own, so that only its own work is counted. */
export class ForkedServer {
  private constructor(
    private readonly child: ChildProcess,
    readonly url: string,
    readonly credentials: string,
  ) {}

  /** @param script beside this one */
  static async start(script: string, values: readonly string[]): Promise<ForkedServer> {
    const child = fork(fileURLToPath(new URL(script, import.meta.url)), [...values], { execArgv: ['--expose-gc', '--no-warnings'] });
    const { url, credentials } = await next<{ readonly url: string; readonly credentials: string }>(child);
    return new ForkedServer(child, url, credentials);
  }

  async usage(): Promise<Usage> {
    const answer = next<Usage>(this.child);
    this.child.send('usage');
    return answer;
  }

  async stop(): Promise<void> {
    const gone = new Promise((done) => this.child.once('exit', done));
    this.child.kill('SIGKILL');
    await gone;
  }
}

function next<T>(child: ChildProcess): Promise<T> {
  return new Promise((answered, failed) => {
    const onExit = (code: number | null): void => failed(new Error(`expected an answer of the server, it ended with ${code}`));
    child.once('exit', onExit);
    child.once('message', (message) => {
      child.off('exit', onExit);
      answered(message as T);
    });
  });
}
