import type { ServerResponse } from 'node:http';
import { plainProblem } from '../../protocol/problem.js';
import { WireError } from './wire-error.js';

interface Held<File> {
  readonly file: File;
  readers: number;
}

/**
 * Files that are on their way out. Each is in memory once, however many read it, and all together take only so many bytes:
 * whoever reads slowly keeps no more than that.
 */
export class FilesBeingSent<File extends { readonly bytes: Uint8Array }> {
  readonly #held = new Map<string, Held<File>>();
  #bytes = 0;

  constructor(private readonly mostBytes: number) {}

  /**
   * @param response the file is held until it is over
   * @param read is asked for the file when nobody else reads it
   * @throws WireError 429 when too many bytes are on their way
   */
  hold(id: string, response: ServerResponse, read: () => File | undefined): File | undefined {
    // Its end was told already: nobody would give the file back.
    if (response.destroyed) return read();
    const held = this.#held.get(id) ?? this.#add(id, read);
    if (held === undefined) return undefined;
    held.readers += 1;
    onceOver(response, () => this.#leave(id, held));
    return held.file;
  }

  /** @throws WireError 429 unless one more could be held, if it is small enough: before it is made */
  makeSureOfRoom(): void {
    if (this.#bytes >= this.mostBytes) throw busy();
  }

  #add(id: string, read: () => File | undefined): Held<File> | undefined {
    this.makeSureOfRoom();
    const file = read();
    if (file === undefined) return undefined;
    if (this.#bytes + file.bytes.length > this.mostBytes) throw busy();
    const held = { file, readers: 0 };
    this.#held.set(id, held);
    this.#bytes += file.bytes.length;
    return held;
  }

  #leave(id: string, held: Held<File>): void {
    held.readers -= 1;
    if (held.readers > 0) return;
    this.#held.delete(id);
    this.#bytes -= held.file.bytes.length;
  }
}

/** An answer that waits for an earlier one of its connection is not told when that breaks. */
function onceOver(response: ServerResponse, tell: () => void): void {
  const { socket } = response.req;
  const over = (): void => {
    response.off('close', over);
    socket.off('close', over);
    tell();
  };
  response.once('close', over);
  socket.once('close', over);
}

function busy(): WireError {
  return WireError.of(plainProblem(429, 'Too many bytes are being sent at once. Try again when other readers are done'));
}
