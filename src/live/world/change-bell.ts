import type { WallClock } from '../driver/wall-clock.js';

const QUIET_MS = 100;

/** Tells pages that something has changed, not more often than they can show. */
export class ChangeBell {
  private readonly listeners = new Set<() => void>();
  private silence: (() => void) | undefined;

  constructor(private readonly wall: WallClock) {}

  listen(listener: () => void): () => void {
    this.listeners.add(listener);
    return () => this.listeners.delete(listener);
  }

  ring(): void {
    if (this.silence !== undefined || this.listeners.size === 0) return;
    this.silence = this.wall.after(QUIET_MS, () => {
      this.silence = undefined;
      for (const listener of [...this.listeners]) listener();
    });
  }

  close(): void {
    this.silence?.();
    this.listeners.clear();
  }
}
