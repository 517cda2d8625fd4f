import { createServer, type IncomingMessage, type Server, type ServerResponse } from 'node:http';
import type { AddressInfo } from 'node:net';
import { UsageError } from '../failures.js';
import { type Found, StaticFiles } from './static-files.js';

const HOST = '127.0.0.1';
/** Names that a browser on this machine uses. Another one in `Host` means that somebody's page got hold of our address. */
const OWN_NAMES = ['127.0.0.1', 'localhost', '[::1]'];

/** The files are what they say, stay on this machine, and change with every run. */
const HEADERS: Readonly<Record<string, string>> = {
  'X-Content-Type-Options': 'nosniff',
  'Referrer-Policy': 'no-referrer',
  'Cross-Origin-Resource-Policy': 'same-origin',
  'Cache-Control': 'no-store',
};

/** Serves a folder to browsers on this machine, and to nobody else. */
export class FolderServer {
  private constructor(
    private readonly server: Server,
    readonly url: string,
  ) {}

  /** @param port 0: any that is free @throws UsageError when it cannot listen there */
  static async start(folder: string, port: number): Promise<FolderServer> {
    const files = new StaticFiles(folder);
    const server = createServer((request, response) => answer(files, request, response));
    await new Promise<void>((resolve, reject) => {
      server.once('error', (error: NodeJS.ErrnoException) => reject(new UsageError(troubleWith(port, error))));
      server.listen(port, HOST, resolve);
    });
    return new FolderServer(server, `http://${HOST}:${(server.address() as AddressInfo).port}/`);
  }

  stop(): Promise<void> {
    return new Promise((resolve) => {
      this.server.close(() => resolve());
      this.server.closeAllConnections();
    });
  }
}

function troubleWith(port: number, { code, message }: NodeJS.ErrnoException): string {
  if (code === 'EADDRINUSE') return `--port: expected a free port, but ${port} is in use; choose another, or 0 for any that is free`;
  if (code === 'EACCES') return `--port: expected a port that may be used, but ${port} may not; choose one above 1023, or 0 for any that is free`;
  return `--port: expected to listen on port ${port}: ${message}`;
}

function answer(files: StaticFiles, request: IncomingMessage, response: ServerResponse): void {
  for (const [name, value] of Object.entries(HEADERS)) response.setHeader(name, value);
  const { method = '', headers, url = '/' } = request;
  const name = (headers.host ?? '').replace(/:\d+$/, '').toLowerCase();
  if (!OWN_NAMES.includes(name)) refuse(response, 403, 'This server answers only to names of this machine.');
  else if (method !== 'GET' && method !== 'HEAD') {
    response.setHeader('Allow', 'GET, HEAD');
    refuse(response, 405, 'Only GET and HEAD.');
  } else send(files.find(url.split(/[?#]/)[0] as string), method === 'HEAD', response);
}

function send(found: Found, headOnly: boolean, response: ServerResponse): void {
  if (found.kind === 'missing') refuse(response, 404, 'Not found.');
  else if (found.kind === 'moved') response.writeHead(301, { Location: found.to }).end();
  else {
    response.writeHead(200, { 'Content-Type': found.type, 'Content-Length': found.bytes });
    if (headOnly) response.end();
    // It was there a moment ago: the answer has begun, so all that is left is to break it off.
    else
      found
        .open()
        .on('error', () => response.destroy())
        .pipe(response);
  }
}

function refuse(response: ServerResponse, status: number, text: string): void {
  response.writeHead(status, { 'Content-Type': 'text/plain; charset=utf-8' }).end(`${text}\n`);
}
