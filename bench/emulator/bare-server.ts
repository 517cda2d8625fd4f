import { createServer, type IncomingMessage, type ServerResponse } from 'node:http';
import type { AddressInfo } from 'node:net';
import { countArgument } from '../sample.js';
import { reportUsage } from './report-usage.js';

// The least that node:http can do for such a call: reads the body, parses it, answers as many bytes: bare-server.js BYTES STATUS
const bytes = countArgument(2, 'bytes');
const status = countArgument(3, 'status');

const ANSWER = JSON.stringify({ request_id: 'x'.repeat(Math.max(0, bytes - '{"request_id":""}'.length)) });
const HEADERS = { 'content-type': 'application/json', 'x-fal-request-id': '00000000-0000-4000-8000-000000000000', 'content-length': ANSWER.length };

/** So that the body that was parsed is of use, and no compiler leaves it out. */
let prompts = 0;

function answer(response: ServerResponse): void {
  response.writeHead(status, HEADERS).end(ANSWER);
}

function serve(request: IncomingMessage, response: ServerResponse): void {
  if (request.method === 'GET') {
    answer(response);
    return;
  }
  const chunks: Buffer[] = [];
  request.on('data', (chunk: Buffer) => chunks.push(chunk));
  request.on('end', () => {
    const input = JSON.parse(Buffer.concat(chunks).toString()) as { readonly prompt: string };
    prompts += input.prompt.length;
    answer(response);
  });
}

const server = createServer(serve);
server.keepAliveTimeout = 65_000;
server.listen(0, '127.0.0.1', () => reportUsage(`http://127.0.0.1:${(server.address() as AddressInfo).port}`, `bare:${prompts}`));
