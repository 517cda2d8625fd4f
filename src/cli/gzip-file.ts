import { once } from 'node:events';
import { createWriteStream } from 'node:fs';
import { pipeline } from 'node:stream/promises';
import { createGzip } from 'node:zlib';

/** A file that is written piece by piece. */
export interface GrowingFile {
  /** Resolves when there is room for more, so that whoever writes waits for the disk and not the other way round. */
  write(text: string): Promise<void>;
  close(): Promise<void>;
  /** Stops writing; the file is left half-written for its folder to remove. */
  abandon(): Promise<void>;
}

/** Half the size of level 1 is not worth four times its time on a history that is kept for a while. */
const LEVEL = 3;

/** A file that is compressed while it is written. */
export class GzipFile implements GrowingFile {
  private readonly gzip = createGzip({ level: LEVEL });
  private readonly written: Promise<void>;
  private readonly closed: Promise<void>;

  constructor(path: string) {
    const file = createWriteStream(path);
    this.closed = new Promise((resolve) => file.once('close', () => resolve()));
    this.written = pipeline(this.gzip, file);
    // Whoever writes or closes next hears of it.
    this.written.catch(() => undefined);
  }

  async write(text: string): Promise<void> {
    if (text === '') return;
    if (this.gzip.destroyed) await this.written;
    if (!this.gzip.write(text)) await Promise.race([once(this.gzip, 'drain'), this.written]);
  }

  async close(): Promise<void> {
    this.gzip.end();
    await this.written;
  }

  async abandon(): Promise<void> {
    this.gzip.destroy();
    await this.closed;
  }
}
