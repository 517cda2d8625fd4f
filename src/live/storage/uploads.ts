import type { LiveClock } from '../world/live-world.js';
import { newFileId, unguessable } from './file-ids.js';
import { safeContentType, safeFileName } from './file-names.js';

/** How long an address for an upload may be used. */
const UPLOAD_LIFETIME_US = 3600e6;
const MOST_UPLOADS = 10_000;
const MOST_PARTS = 10_000;

/** What an upload will be, told before its bytes. */
export interface UploadOrder {
  readonly account: string;
  readonly name: string | undefined;
  readonly contentType: string | undefined;
  /** Virtual µs; undefined: the file is kept for good. */
  readonly lifetimeUs: number | undefined;
  /** `parts`: in pieces that are put together in the end. */
  readonly kind: 'whole' | 'parts';
}

/** An upload that has begun. Its id is all that its sender needs: nobody can guess it. */
export interface Upload {
  readonly id: string;
  readonly kind: 'whole' | 'parts';
  readonly account: string;
  /** The file that it becomes. */
  readonly fileId: string;
  readonly name: string;
  readonly contentType: string;
  readonly expiresUs: number;
  readonly parts: Map<number, Part>;
  /** Of all parts held. */
  bytes: number;
}

interface Part {
  readonly etag: string;
  readonly bytes: Uint8Array;
}

/** A part as its sender names it in the end. */
export interface PartName {
  readonly partNumber: number;
  readonly etag: string;
}

/** Why a part or a whole upload is not taken. `too-large`: the file. `busy`: too many bytes of all uploads together. */
export type UploadProblem = 'too-large' | 'busy' | 'bad-part' | 'missing-part';

/** Uploads between their beginning and their end. Parts are held in memory, bounded for one file and for all together. */
export class Uploads {
  /** In order of expiry, since all live equally long. */
  readonly #uploads = new Map<string, Upload>();
  #bytes = 0;

  /**
   * @param mostFileBytes of one file
   * @param speedUp how many times as fast as its senders' the clock goes, at least 1
   * @param mostBytes of the parts of all unfinished files
   */
  constructor(
    private readonly clock: LiveClock,
    private readonly mostFileBytes: number,
    private readonly speedUp = 1,
    private readonly mostBytes = 4 * mostFileBytes,
  ) {}

  /** Bytes that are held for unfinished files. */
  get heldBytes(): number {
    return this.#bytes;
  }

  open(order: UploadOrder): Upload {
    this.#dropOld();
    const nowUs = this.clock.nowUs();
    const upload = {
      id: unguessable(),
      kind: order.kind,
      account: order.account,
      fileId: newFileId(order.lifetimeUs === undefined ? undefined : nowUs + order.lifetimeUs),
      name: safeFileName(order.name),
      contentType: safeContentType(order.contentType),
      expiresUs: nowUs + UPLOAD_LIFETIME_US * this.speedUp,
      parts: new Map<number, Part>(),
      bytes: 0,
    };
    this.#uploads.set(upload.id, upload);
    return upload;
  }

  /** @returns undefined for an address that is unknown, used up or too old */
  find(id: string, kind: Upload['kind']): Upload | undefined {
    const upload = this.#uploads.get(id);
    return upload?.kind === kind && this.clock.nowUs() < upload.expiresUs ? upload : undefined;
  }

  /** Its address is used up, and its parts are forgotten. @returns false: it was already */
  close(upload: Upload): boolean {
    if (!this.#uploads.delete(upload.id)) return false;
    this.#bytes -= upload.bytes;
    upload.parts.clear();
    return true;
  }

  /** Keeps a part; the same number again replaces it, since senders try again. @returns its etag */
  keepPart(upload: Upload, partNumber: number, bytes: Uint8Array): { readonly etag: string } | UploadProblem {
    if (!Number.isInteger(partNumber) || partNumber < 1 || partNumber > MOST_PARTS) return 'bad-part';
    const more = bytes.length - (upload.parts.get(partNumber)?.bytes.length ?? 0);
    if (upload.bytes + more > this.mostFileBytes) return 'too-large';
    if (this.#bytes + more > this.mostBytes) return 'busy';
    const etag = unguessable();
    upload.parts.set(partNumber, { etag, bytes });
    upload.bytes += more;
    this.#bytes += more;
    return { etag };
  }

  /** @param names every part, in any order @returns the file's bytes */
  assemble(upload: Upload, names: readonly PartName[]): Uint8Array | UploadProblem {
    const ordered = [...names].sort((a, b) => a.partNumber - b.partNumber);
    const pieces: Uint8Array[] = [];
    for (const [index, { partNumber, etag }] of ordered.entries()) {
      const part = upload.parts.get(partNumber);
      if (part === undefined || partNumber !== index + 1) return 'missing-part';
      if (etag.replaceAll('"', '') !== part.etag) return 'bad-part';
      pieces.push(part.bytes);
    }
    return pieces.length === upload.parts.size ? Buffer.concat(pieces) : 'missing-part';
  }

  #dropOld(): void {
    const nowUs = this.clock.nowUs();
    for (const upload of this.#uploads.values()) {
      if (nowUs < upload.expiresUs && this.#uploads.size < MOST_UPLOADS) return;
      this.close(upload);
    }
  }
}
