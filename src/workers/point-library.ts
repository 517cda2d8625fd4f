import type { PointWork } from './point-hands.js';
import { POINT_DOCUMENT, type PointJob } from './point-job.js';
import { fromJson } from './roster.js';
import { MOST_DOCUMENT_BYTES, type Texts } from './texts.js';
import { WorkersError } from './workers-error.js';

/** Recordings that are kept, the least recently used go first, bytes. */
const MOST_KEPT_BYTES = 1024 * 1024 * 1024;
const MOST_POINTS = 64;

interface KnownPoint {
  readonly input: unknown;
  readonly files: Readonly<Record<string, string>>;
}

/** Points and recordings that this worker has fetched from Redis. Nothing of a point names a file of this machine. */
export class PointLibrary {
  private readonly points = new Map<string, Promise<KnownPoint>>();
  private readonly recordings = new Map<string, Promise<SharedArrayBuffer>>();
  /** Of those recordings that have come, by SHA-256. */
  private readonly sizes = new Map<string, number>();

  /** @param mostKeptBytes of recordings */
  constructor(
    private readonly texts: Pick<Texts, 'get'>,
    private readonly mostKeptBytes = MOST_KEPT_BYTES,
  ) {}

  /** @throws MissingText, WorkersError for what is no point */
  async work({ document, seeds }: PointJob): Promise<PointWork> {
    const { input, files } = await this.point(document);
    const shared: Record<string, SharedArrayBuffer> = {};
    for (const [name, sha256] of Object.entries(files)) shared[name] = await this.recording(sha256);
    return { document, input, files: shared, filesKey: JSON.stringify(files), seeds };
  }

  private point(sha256: string): Promise<KnownPoint> {
    const known = this.points.get(sha256) ?? this.fetchPoint(sha256);
    keepLast(this.points, sha256, known);
    if (this.points.size > MOST_POINTS) this.points.delete(this.points.keys().next().value as string);
    return known;
  }

  private async fetchPoint(sha256: string): Promise<KnownPoint> {
    const text = await this.texts.get(sha256, MOST_DOCUMENT_BYTES);
    const document = POINT_DOCUMENT.safeParse(fromJson(text.toString('utf8')));
    if (!document.success) throw new WorkersError(`the text ${sha256.slice(0, 12)} in Redis is no point of a plan`);
    return { input: document.data.input, files: document.data.files };
  }

  private recording(sha256: string): Promise<SharedArrayBuffer> {
    const known = this.recordings.get(sha256) ?? this.fetchRecording(sha256);
    keepLast(this.recordings, sha256, known);
    return known;
  }

  private async fetchRecording(sha256: string): Promise<SharedArrayBuffer> {
    const text = await this.texts.get(sha256);
    const shared = new SharedArrayBuffer(text.length);
    new Uint8Array(shared).set(text);
    this.sizes.set(sha256, text.length);
    this.makeRoom(sha256);
    return shared;
  }

  /** What is still on its way is not counted, and stays. @param newest stays, however long it is */
  private makeRoom(newest: string): void {
    let bytes = [...this.sizes.values()].reduce((sum, size) => sum + size, 0);
    for (const key of this.recordings.keys()) {
      const size = this.sizes.get(key);
      if (bytes <= this.mostKeptBytes) return;
      if (size === undefined || key === newest) continue;
      this.recordings.delete(key);
      this.sizes.delete(key);
      bytes -= size;
    }
  }
}

/** Puts it at the end; what could not be had is asked for again. */
function keepLast<T>(kept: Map<string, Promise<T>>, key: string, value: Promise<T>): void {
  kept.delete(key);
  kept.set(key, value);
  value.catch(() => {
    if (kept.get(key) === value) kept.delete(key);
  });
}
