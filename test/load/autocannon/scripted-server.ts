import { createServer, type IncomingMessage, type Server, type ServerResponse } from 'node:http';
import type { AddressInfo, Socket } from 'node:net';
import type { TestContext } from 'vitest';

/** What a scripted server does with the n-th request, from 1. */
export type Script = (n: number, answer: (status?: number, afterMs?: number, body?: string) => void, socket: Socket) => void;

/** An HTTP server that answers as a test says. */
export class ScriptedServer {
  readonly requests: IncomingMessage[] = [];
  private readonly server: Server;

  private constructor(script: Script) {
    this.server = createServer((request, response) => {
      this.requests.push(request);
      request.resume();
      script(this.requests.length, answerer(response), request.socket);
    });
  }

  static async start(script: Script, atEnd: TestContext['onTestFinished']): Promise<ScriptedServer> {
    const scripted = new ScriptedServer(script);
    await new Promise<void>((resolve) => scripted.server.listen(0, '127.0.0.1', resolve));
    atEnd(() => {
      scripted.server.closeAllConnections();
      scripted.server.close();
    });
    return scripted;
  }

  get url(): string {
    return `http://127.0.0.1:${(this.server.address() as AddressInfo).port}`;
  }
}

function answerer(response: ServerResponse): Parameters<Script>[1] {
  return (status = 200, afterMs = 0, body = '{}') => {
    const send = (): void => {
      response.writeHead(status, { 'content-type': 'application/json', 'X-Fal-Request-Id': 'r-1' }).end(body);
    };
    if (afterMs === 0) send();
    else setTimeout(send, afterMs);
  };
}
