import { type ChildProcess, spawn } from 'node:child_process';
import { resolve } from 'node:path';
import { beforeAll } from 'vitest';
import { bundleWorker } from '../../scripts/bundle-worker.mjs';

const FOLDER = '.cache/test/program';

/** The program from the sources as a process of its own, with the scripts of its threads beside it. */
export class BundledProgram {
  constructor() {
    beforeAll(async () => {
      await bundleWorker(`${FOLDER}/bin.js`, 'bin.ts');
      await bundleWorker(`${FOLDER}/fuzz-worker.js`, 'fuzz-worker.ts');
      await bundleWorker(`${FOLDER}/replication-worker.js`, 'replication-worker.ts');
    });
  }

  start(argv: readonly string[], env: Readonly<Record<string, string>> = {}): RunningProgram {
    return new RunningProgram(
      spawn(process.execPath, [resolve(`${FOLDER}/bin.js`), ...argv], { env: { ...process.env, ...env }, stdio: ['ignore', 'pipe', 'pipe'] }),
    );
  }
}

export class RunningProgram {
  out = '';
  err = '';
  /** The exit code; null: a signal has ended it. */
  readonly ended: Promise<number | null>;

  constructor(private readonly child: ChildProcess) {
    child.stdout?.on('data', (text: Buffer) => {
      this.out += text.toString();
    });
    child.stderr?.on('data', (text: Buffer) => {
      this.err += text.toString();
    });
    this.ended = new Promise((done) => child.once('close', (code) => done(code)));
  }

  signal(name: NodeJS.Signals): void {
    this.child.kill(name);
  }

  /** Ends it, whatever it does. */
  kill(): void {
    this.child.kill('SIGKILL');
  }
}
