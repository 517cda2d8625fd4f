import { connect, type Socket } from 'node:net';
import { type Answer, bytesOf, type Shot } from './shot.js';

const HEAD_END = Buffer.from('\r\n\r\n');
/** Streams never end by themselves: so much of one is enough. */
const ENOUGH_OF_A_STREAM_BYTES = 1;
/** Longer than any answer takes here, ms. */
const GUARD_MS = 20_000;

/** A connection that is used again as long as the server keeps it, and opened anew when not. */
export class Line {
  private socket: Socket | undefined;

  constructor(private readonly port: number) {}

  /** @returns undefined: the server closed the connection without an answer */
  fire(shot: Shot): Promise<Answer | undefined> {
    return this.exchange(bytesOf(shot), shot.method === 'HEAD');
  }

  exchange(bytes: Buffer, isHead = false): Promise<Answer | undefined> {
    const socket = this.socket ?? connect(this.port, '127.0.0.1');
    this.socket = undefined;
    socket.setNoDelay(true);
    return new Promise((resolve, reject) => {
      let received = Buffer.alloc(0);
      const guard = setTimeout(
        () => leave(() => reject(new Error(`no answer within ${GUARD_MS} ms to ${bytes.subarray(0, 200).toString('latin1')}`))),
        GUARD_MS,
      );
      const leave = (settle: () => void): void => {
        clearTimeout(guard);
        socket.removeAllListeners('data');
        socket.removeAllListeners('close');
        settle();
      };
      const look = (isOver: boolean): void => {
        const found = answerIn(received, isHead, isOver);
        if (found === undefined && !isOver) return;
        if (found?.isLast === false && !isOver) this.keep(socket);
        else socket.destroy();
        leave(() => resolve(found?.answer));
      };
      socket.on('data', (chunk: Buffer) => {
        received = Buffer.concat([received, chunk]);
        look(false);
      });
      socket.on('close', () => look(true));
      // Its close follows.
      socket.on('error', () => {});
      socket.write(bytes);
    });
  }

  close(): void {
    this.socket?.destroy();
  }

  private keep(socket: Socket): void {
    socket.removeAllListeners('error');
    socket.on('error', () => {});
    socket.on('close', () => {
      if (this.socket === socket) this.socket = undefined;
    });
    this.socket = socket;
  }
}

interface Found {
  readonly answer: Answer;
  /** The connection cannot be used again. */
  readonly isLast: boolean;
}

/** @returns undefined: not all of it is there */
function answerIn(received: Buffer, isHead: boolean, isOver: boolean): Found | undefined {
  const end = received.indexOf(HEAD_END);
  if (end === -1) return undefined;
  const [first = '', ...lines] = received.subarray(0, end).toString('latin1').split('\r\n');
  const status = Number(first.split(' ')[1]);
  const rest = received.subarray(end + HEAD_END.length);
  if (status === 100) return answerIn(rest, isHead, isOver);
  const headers: Record<string, string> = {};
  for (const line of lines) headers[line.slice(0, line.indexOf(':')).toLowerCase()] = line.slice(line.indexOf(':') + 1).trim();
  const isLast = headers['connection'] === 'close' || status === 101;
  const found = (body: Buffer, last = isLast): Found => ({ answer: { status, headers, body }, isLast: last });
  if (isHead || status === 204 || status === 304 || status === 101) return found(Buffer.alloc(0));
  if (headers['content-type']?.startsWith('text/event-stream') === true)
    return rest.length >= ENOUGH_OF_A_STREAM_BYTES || isOver ? found(rest, true) : undefined;
  if (headers['transfer-encoding'] === 'chunked') return chunked(rest, isOver, found);
  const length = headers['content-length'];
  if (length === undefined) return isOver ? found(rest, true) : undefined;
  return rest.length >= Number(length) || isOver ? found(rest.subarray(0, Number(length))) : undefined;
}

function chunked(rest: Buffer, isOver: boolean, found: (body: Buffer, last?: boolean) => Found): Found | undefined {
  const chunks: Buffer[] = [];
  for (let at = 0; ; ) {
    const lineEnd = rest.indexOf('\r\n', at);
    if (lineEnd === -1) return isOver ? found(Buffer.concat(chunks), true) : undefined;
    const size = Number.parseInt(rest.subarray(at, lineEnd).toString('latin1'), 16);
    const begin = lineEnd + 2;
    if (size === 0) return rest.length >= begin + 2 ? found(Buffer.concat(chunks)) : undefined;
    if (rest.length < begin + size + 2) return isOver ? found(Buffer.concat(chunks), true) : undefined;
    chunks.push(rest.subarray(begin, begin + size));
    at = begin + size + 2;
  }
}
