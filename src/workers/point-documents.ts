import type { PlanPoint } from '../plan/point.js';
import { recordingsOf } from '../plan/recordings.js';
import type { TraceSource } from '../sim/trace.js';
import type { PointDocument } from './point-job.js';
import { MOST_DOCUMENT_BYTES, type PackedText, packText } from './texts.js';
import { WorkersError } from './workers-error.js';

/** A point as workers get it, and the texts that must be in Redis for it. */
export interface DocumentedPoint {
  readonly sha256: string;
  readonly texts: readonly PackedText[];
}

/** Makes documents of points. Each point, and each recording, is read once. */
export class PointDocuments {
  private readonly points = new Map<string, Promise<DocumentedPoint>>();
  private readonly recordings = new Map<string, Promise<PackedText>>();

  constructor(private readonly traceSource: TraceSource) {}

  /** @throws ScenarioError, TraceError as a run of the point would; WorkersError for what is too long to be sent */
  of(point: PlanPoint): Promise<DocumentedPoint> {
    const known = this.points.get(point.key) ?? this.make(point);
    this.points.set(point.key, known);
    return known;
  }

  private async make({ input }: PlanPoint): Promise<DocumentedPoint> {
    const files: Record<string, string> = {};
    const texts: PackedText[] = [];
    for (const file of recordingsOf(input)) {
      const text = await this.recording(file);
      files[file] = text.sha256;
      texts.push(text);
    }
    const document: PointDocument = { input, files };
    const json = JSON.stringify(document);
    if (Buffer.byteLength(json) > MOST_DOCUMENT_BYTES)
      throw new WorkersError(`the scenario is too long to be sent to workers (${MOST_DOCUMENT_BYTES / 2 ** 20} MiB): plan on this machine`);
    const packed = await packText('the scenario', [json]);
    return { sha256: packed.sha256, texts: [packed, ...texts] };
  }

  private recording(file: string): Promise<PackedText> {
    const known = this.recordings.get(file) ?? packText(`the recording ${JSON.stringify(file)}`, this.traceSource(file));
    this.recordings.set(file, known);
    return known;
  }
}
