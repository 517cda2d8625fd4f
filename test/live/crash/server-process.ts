import { type ChildProcess, spawn } from 'node:child_process';
import { once } from 'node:events';
import { resolve } from 'node:path';
import { build } from 'esbuild';

const SCRIPT = resolve('.cache/test/crash-server.js');

/** The server under test as one file: a process cannot load TypeScript. */
export async function bundleServer(): Promise<void> {
  await build({
    entryPoints: ['test/live/crash/server.ts'],
    outfile: SCRIPT,
    bundle: true,
    format: 'esm',
    platform: 'node',
    target: 'node20',
    packages: 'external',
    logLevel: 'warning',
  });
}

/** One life of the server: from its start to the moment it is killed. */
export class ServerProcess {
  private readonly child: ChildProcess;
  private said = '';

  /** Begins to load; the folder is not touched before `begin`. So one can get ready while another still lives. */
  constructor(
    folder: string,
    journal: string,
    readonly life: number,
  ) {
    this.child = spawn(process.execPath, ['--no-warnings', SCRIPT, folder, journal, String(life)], { stdio: ['pipe', 'pipe', 'pipe'] });
    this.child.stdin?.on('error', () => {});
    this.child.stderr?.on('data', (text: Buffer) => {
      this.said += text.toString();
    });
  }

  /** Opens the folder, sooner or later. */
  begin(): void {
    this.child.stdin?.write('begin\n');
  }

  /** @returns its address @throws Error when it ends before it listens, with what it said */
  async listening(): Promise<string> {
    return new Promise<string>((listening, failed) => {
      this.child.stdout?.once('data', (text: Buffer) => listening(text.toString().trim()));
      this.child.once('exit', (code, signal) => failed(new Error(`life ${this.life} ended (${signal ?? code}) before it listened:\n${this.said}`)));
    });
  }

  /** As the operating system kills: without a word. @throws Error when it has ended by itself before */
  async kill(): Promise<void> {
    if (this.child.exitCode !== null || this.child.signalCode !== null) throw new Error(`life ${this.life} had ended by itself:\n${this.said}`);
    const gone = once(this.child, 'exit');
    this.child.kill('SIGKILL');
    await gone;
  }

  /** Whatever the test does, nothing is left running. */
  abandon(): void {
    this.child.kill('SIGKILL');
  }
}
