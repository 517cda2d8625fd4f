import { type ChildProcess, spawn } from 'node:child_process';

/** Ends the processes when its input ends, which it does whatever has ended whoever held the other side; then clears up. */
const WATCH = `
const [folder, ...pids] = process.argv.slice(1);
process.stdin.resume().on('error', () => {}).on('close', () => {
  for (const pid of pids) try { process.kill(Number(pid), 'SIGKILL'); } catch {}
  require('node:fs').rmSync(folder, { recursive: true, force: true, maxRetries: 5, retryDelay: 100 });
});`;

/**
 * Sees to it that k6 does not go on firing when this process is killed without a word (SIGKILL, out of memory): k6 itself
 * would not notice. A process of its own, in a group of its own, that sleeps until then.
 */
export class Watchdog {
  private readonly child: ChildProcess;

  /** @param folder is removed then */
  constructor(pids: readonly number[], folder: string) {
    this.child = spawn(process.execPath, ['-e', WATCH, folder, ...pids.map(String)], { env: {}, stdio: ['pipe', 'ignore', 'ignore'], detached: true });
    // Without it a load is as good as with it.
    this.child.on('error', () => undefined);
    this.child.stdin?.on('error', () => undefined);
    // It must not keep this process alive.
    this.child.unref();
    (this.child.stdin as { unref?(): void } | null)?.unref?.();
  }

  /** All of them are gone: their numbers may soon be those of others. */
  dismiss(): void {
    this.child.kill('SIGKILL');
  }
}
