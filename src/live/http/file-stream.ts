import type { ServerResponse } from 'node:http';
import { Readable } from 'node:stream';
import type { FastifyReply } from 'fastify';

const PIECE_BYTES = 64 * 1024;
/** Who reads nothing of a file for so long is not there any more. Wall time. */
export const UNREAD_FILE_MS = 30_000;

/** Sends a file piece by piece, as its reader takes it. */
export function sendBytes(reply: FastifyReply, bytes: Uint8Array): FastifyReply {
  // Of HEAD fastify takes nothing but the length.
  if (reply.request.method === 'HEAD') return reply.send(Buffer.from(bytes.buffer, bytes.byteOffset, bytes.byteLength));
  return reply.header('content-length', bytes.length).send(new FileStream(bytes, reply.raw));
}

/** A file on its way out. A connection whose peer stops reading is ended: it would be held open for ever. */
class FileStream extends Readable {
  #at = 0;
  readonly #unread: NodeJS.Timeout;

  constructor(
    private readonly bytes: Uint8Array,
    response: ServerResponse,
  ) {
    super({ highWaterMark: PIECE_BYTES });
    // Its last piece must be taken too: until the answer is over, not only until this is.
    this.#unread = setTimeout(() => response.destroy(), UNREAD_FILE_MS);
    response.once('close', () => clearTimeout(this.#unread));
  }

  override _read(): void {
    this.#unread.refresh();
    const piece = this.bytes.subarray(this.#at, this.#at + PIECE_BYTES);
    this.#at += piece.length;
    this.push(piece.length === 0 ? null : piece);
  }
}
