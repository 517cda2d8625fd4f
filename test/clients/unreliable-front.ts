import { createServer, type IncomingMessage, request, type Server, type ServerResponse } from 'node:http';
import type { AddressInfo } from 'node:net';

/** What happens to a call on its way: its answer is lost, comes late, or never reached the platform at all. */
export type Mishap = { readonly kind: 'lose-answer' } | { readonly kind: 'delay-answer'; readonly ms: number } | { readonly kind: 'nginx-503' };

/** A call as it arrived at the front. */
export interface PassedCall {
  readonly method: string;
  readonly path: string;
  readonly atMs: number;
}

const NGINX = '<html><head><title>503 Service Temporarily Unavailable</title></head><body><hr><center>nginx</center></body></html>';

/** An HTTP front before an emulator which does to calls what networks do. Host headers go through, so that links lead back here. */
export class UnreliableFront {
  readonly calls: PassedCall[] = [];
  readonly #server: Server;

  private constructor(
    private readonly target: string,
    private readonly mishapOf: (call: PassedCall, earlier: number) => Mishap | undefined,
  ) {
    this.#server = createServer((incoming, outgoing) => this.#pass(incoming, outgoing));
  }

  /** @param mishapOf told with each call how many of the same method and path came before it */
  static async before(target: string, mishapOf: (call: PassedCall, earlier: number) => Mishap | undefined): Promise<UnreliableFront> {
    const front = new UnreliableFront(target, mishapOf);
    await new Promise<void>((resolve) => front.#server.listen(0, '127.0.0.1', resolve));
    return front;
  }

  get url(): string {
    return `http://127.0.0.1:${(this.#server.address() as AddressInfo).port}`;
  }

  async close(): Promise<void> {
    this.#server.closeAllConnections();
    this.#server.close();
  }

  #pass(incoming: IncomingMessage, outgoing: ServerResponse): void {
    const call = { method: incoming.method ?? '', path: incoming.url ?? '', atMs: performance.now() };
    const earlier = this.calls.filter(({ method, path }) => method === call.method && path === call.path).length;
    this.calls.push(call);
    const mishap = this.mishapOf(call, earlier);
    if (mishap?.kind === 'nginx-503') outgoing.writeHead(503, { 'content-type': 'text/html' }).end(NGINX);
    else this.#forward(incoming, outgoing, mishap);
  }

  #forward(incoming: IncomingMessage, outgoing: ServerResponse, mishap: Mishap | undefined): void {
    const { method = 'GET', url, headers } = incoming;
    const onward = request(this.target + url, { method, headers }, (answer) => {
      const send = (): void => {
        outgoing.writeHead(answer.statusCode ?? 502, answer.headers);
        answer.pipe(outgoing);
      };
      if (mishap?.kind === 'lose-answer') answer.resume().on('end', () => incoming.socket.destroy());
      else if (mishap?.kind === 'delay-answer') setTimeout(send, mishap.ms);
      else send();
    });
    onward.on('error', () => outgoing.destroy());
    outgoing.on('close', () => onward.destroy());
    incoming.pipe(onward);
  }
}
