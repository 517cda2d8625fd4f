/** Too many files are being made, and too many wait. */
export class StudioBusy extends Error {
  constructor(waiting: number) {
    super(`${waiting} files wait to be drawn already: ask again later`);
    this.name = 'StudioBusy';
  }
}

export interface StudioLimits {
  /** Of the files that are kept, together. */
  readonly keptBytes: number;
  readonly atOnce: number;
  readonly waiting: number;
}

const LIMITS: StudioLimits = { keptBytes: 32 * 1024 * 1024, atOnce: 2, waiting: 64 };

/** Makes files on demand: a few at once, none twice at the same time, and keeps those that were asked for last. */
export class Studio {
  /** The one asked for last is the last. */
  private readonly kept = new Map<string, Buffer>();
  private keptBytes = 0;
  private readonly inWork = new Map<string, Promise<Buffer>>();
  private readonly line: (() => void)[] = [];
  private working = 0;

  constructor(private readonly limits: StudioLimits = LIMITS) {}

  /**
   * @param name the same name always means the same file
   * @throws StudioBusy
   */
  file(name: string, make: () => Promise<Buffer>): Promise<Buffer> {
    const ready = this.kept.get(name);
    if (ready !== undefined) {
      this.kept.delete(name);
      this.kept.set(name, ready);
      return Promise.resolve(ready);
    }
    return this.inWork.get(name) ?? this.begin(name, make);
  }

  private begin(name: string, make: () => Promise<Buffer>): Promise<Buffer> {
    if (this.line.length >= this.limits.waiting) return Promise.reject(new StudioBusy(this.line.length));
    const work = this.made(name, make).finally(() => this.inWork.delete(name));
    this.inWork.set(name, work);
    return work;
  }

  private async made(name: string, make: () => Promise<Buffer>): Promise<Buffer> {
    await this.place();
    try {
      const file = await make();
      this.keep(name, file);
      return file;
    } finally {
      this.leave();
    }
  }

  private place(): Promise<void> {
    if (this.working >= this.limits.atOnce) return new Promise((resolve) => this.line.push(resolve));
    this.working++;
    return Promise.resolve();
  }

  /** Whoever is next in line takes over the place. */
  private leave(): void {
    const next = this.line.shift();
    if (next === undefined) this.working--;
    else next();
  }

  private keep(name: string, file: Buffer): void {
    if (file.length > this.limits.keptBytes) return;
    this.kept.set(name, file);
    this.keptBytes += file.length;
    for (const [oldest, { length }] of this.kept) {
      if (this.keptBytes <= this.limits.keptBytes) return;
      this.kept.delete(oldest);
      this.keptBytes -= length;
    }
  }
}
