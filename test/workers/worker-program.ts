import { type ChildProcess, spawn } from 'node:child_process';
import { once } from 'node:events';
import { resolve } from 'node:path';
import { bundleWorker } from '../../scripts/bundle-worker.mjs';
import { realOutside } from '../../src/cli/outside.js';
import { thisBuild } from '../../src/cli/worker/this-build.js';
import { POINT_SCRIPT } from '../build-page.js';

const FOLDER = '.cache/test/workers';

/** What workers and plans of tests are: those of this process, and the program. */
export const BUILD = thisBuild({ ...realOutside(), pointScript: POINT_SCRIPT });

/** The program from the sources; the script of its threads is there already. */
export async function bundleProgram(): Promise<void> {
  await bundleWorker(resolve(FOLDER, 'bin.js'), 'bin.ts');
}

/** `slotstorm` as a process of its own. */
export class Program {
  readonly out: string[] = [];
  err = '';
  private readonly child: ChildProcess;
  private readonly waiting = new Set<() => void>();
  private isOver = false;
  /** Everything that it said has been heard by then. */
  readonly ended: Promise<unknown>;

  constructor(argv: readonly string[], env: Readonly<Record<string, string>> = {}) {
    this.child = spawn(process.execPath, [resolve(FOLDER, 'bin.js'), ...argv], { env: { ...process.env, ...env }, stdio: ['ignore', 'pipe', 'pipe'] });
    let rest = '';
    this.child.stdout?.on('data', (text: Buffer) => {
      const lines = `${rest}${text}`.split('\n');
      rest = lines.pop() as string;
      this.out.push(...lines);
      this.wake();
    });
    this.child.stderr?.on('data', (text: Buffer) => {
      this.err += text.toString();
      this.wake();
    });
    this.ended = once(this.child, 'close').then(([code]) => {
      this.isOver = true;
      this.wake();
      return code;
    });
  }

  /** @returns once a line of either stream says so */
  async says(pattern: RegExp, times = 1): Promise<void> {
    while (this.count(pattern) < times) {
      if (this.isOver) throw new Error(`the program ended before it said ${pattern}:\n${this.out.join('\n')}\n${this.err}`);
      await new Promise<void>((wake) => this.waiting.add(wake));
    }
  }

  count(pattern: RegExp): number {
    return [...this.out, ...this.err.split('\n')].filter((line) => pattern.test(line)).length;
  }

  signal(name: NodeJS.Signals): void {
    this.child.kill(name);
  }

  async kill(): Promise<void> {
    this.child.kill('SIGKILL');
    await this.ended;
  }

  private wake(): void {
    const waiting = [...this.waiting];
    this.waiting.clear();
    for (const wake of waiting) wake();
  }
}

/** When and where a plan was worked out is no part of its answer. */
export function withoutMeta(json: string): unknown {
  const { meta: _, ...plan } = JSON.parse(json) as Record<string, unknown>;
  return plan;
}
