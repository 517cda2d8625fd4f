import { createHash } from 'node:crypto';
import { promisify } from 'node:util';
import { gunzip, gzip } from 'node:zlib';
import type { Redis } from 'ioredis';
import type { Names } from './names.js';
import { askAll } from './pipelines.js';
import { WorkersError } from './workers-error.js';

const pack = promisify(gzip);
const unpack = promisify(gunzip);

/** What nobody asked for again vanishes after this, s. */
const KEPT_S = 6 * 60 * 60;
/** A plan that begins meanwhile may need the same ones. One that needs them later is told that they are gone, and sends them again. */
const RELEASED_S = 60;
/** Redis takes 512 MB in one value; more than this in one recording is another tool's job. */
const MOST_PACKED = 256 * 1024 * 1024;
const MOST_BYTES = 1024 * 1024 * 1024;
/** A scenario file's data with the names of its recordings. */
export const MOST_DOCUMENT_BYTES = 4 * 1024 * 1024;

/** A text that Redis was to have, but has not. It may be put there again. */
export class MissingText extends Error {
  override readonly name = 'MissingText';
}

/** Texts in Redis, each named by its own SHA-256: who reads one knows that it is what was meant. They expire by themselves. */
export class Texts {
  constructor(
    private readonly client: Redis,
    private readonly names: Names,
  ) {}

  /** @param what for the message @throws WorkersError for a text that is too long @returns its SHA-256 */
  async put(text: PackedText): Promise<void> {
    await this.client.set(this.names.text(text.sha256), text.packed, 'EX', KEPT_S);
  }

  /** Nobody needs them any more, as far as one plan knows. @param sha256s of texts that it has put */
  async release(sha256s: readonly string[]): Promise<void> {
    await askAll(this.client, (pipeline) => {
      for (const sha256 of sha256s) pipeline.expire(this.names.text(sha256), RELEASED_S);
    });
  }

  /**
   * @param mostBytes a text that is longer is no text of ours
   * @throws MissingText when it is not there; WorkersError when it is not what its name says
   */
  async get(sha256: string, mostBytes = MOST_BYTES): Promise<Buffer> {
    const packed = await this.client.getBuffer(this.names.text(sha256));
    if (packed === null) throw new MissingText(`Redis does not have the text ${sha256.slice(0, 12)} any more`);
    let bytes: Buffer;
    try {
      bytes = await unpack(packed, { maxOutputLength: mostBytes });
    } catch {
      throw new WorkersError(`the text ${sha256.slice(0, 12)} in Redis is broken, or longer than ${mostBytes} bytes`);
    }
    if (sha256Of(bytes) !== sha256) throw new WorkersError(`the text ${sha256.slice(0, 12)} in Redis is another one than its name says`);
    return bytes;
  }
}

/** A text as it goes into Redis. */
export interface PackedText {
  /** Of the text itself, hexadecimal. */
  readonly sha256: string;
  readonly packed: Buffer;
}

/** @param what is packed, for the message @throws WorkersError for a text that is too long to be sent around */
export async function packText(what: string, pieces: Iterable<string>): Promise<PackedText> {
  const chunks: Buffer[] = [];
  let length = 0;
  for (const piece of pieces) {
    const chunk = Buffer.from(piece, 'utf8');
    length += chunk.length;
    if (length > MOST_BYTES) throw tooLong(what);
    chunks.push(chunk);
  }
  const bytes = Buffer.concat(chunks);
  const packed = await pack(bytes);
  if (packed.length > MOST_PACKED) throw tooLong(what);
  return { sha256: sha256Of(bytes), packed };
}

function tooLong(what: string): WorkersError {
  return new WorkersError(`${what} is too long to be sent to workers (${MOST_BYTES / 2 ** 30} GiB, packed ${MOST_PACKED / 2 ** 20} MiB): plan on this machine`);
}

function sha256Of(bytes: Buffer): string {
  return createHash('sha256').update(bytes).digest('hex');
}
