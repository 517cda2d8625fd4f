/** One request, byte by byte as it goes over the wire. */
export interface Shot {
  /** What is wrong with it. */
  readonly name: string;
  readonly method: string;
  /** Path and query, as they are sent. */
  readonly target: string;
  /** Sent in this order, none left out, none added but Host, Content-Length and Connection where they are missing. */
  readonly headers: readonly (readonly [string, string])[];
  readonly body: Buffer | undefined;
  readonly isChunked?: boolean | undefined;
}

export interface Answer {
  readonly status: number;
  readonly headers: Readonly<Record<string, string>>;
  readonly body: Buffer;
}

export function bytesOf({ method, target, headers, body, isChunked }: Shot): Buffer {
  const names = new Set(headers.map(([name]) => name.toLowerCase()));
  const all = [...headers];
  if (!names.has('host')) all.unshift(['host', '127.0.0.1']);
  if (isChunked === true) all.push(['transfer-encoding', 'chunked']);
  else if (body !== undefined && !names.has('content-length') && !names.has('transfer-encoding')) all.push(['content-length', String(body.length)]);
  const head = `${method} ${target} HTTP/1.1\r\n${all.map(([name, value]) => `${name}: ${value}\r\n`).join('')}\r\n`;
  return Buffer.concat([Buffer.from(head, 'latin1'), isChunked === true ? chunksOf(body ?? Buffer.alloc(0)) : (body ?? Buffer.alloc(0))]);
}

const CHUNK_BYTES = 64 * 1024;

function chunksOf(body: Buffer): Buffer {
  const chunks: Buffer[] = [];
  for (let at = 0; at < body.length; at += CHUNK_BYTES) {
    const chunk = body.subarray(at, at + CHUNK_BYTES);
    chunks.push(Buffer.from(`${chunk.length.toString(16)}\r\n`), chunk, Buffer.from('\r\n'));
  }
  return Buffer.concat([...chunks, Buffer.from('0\r\n\r\n')]);
}
