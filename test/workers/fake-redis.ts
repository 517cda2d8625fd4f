import { once } from 'node:events';
import type { AddressInfo } from 'node:net';
import { createServer, type Server, type Socket } from 'node:net';

/** Something that listens on loopback and answers every command of a Redis client with what it is told to. */
export class FakeRedis {
  private readonly sockets = new Set<Socket>();

  /** Somebody has come. */
  readonly connected: Promise<unknown>;

  private constructor(private readonly server: Server) {
    this.connected = once(server, 'connection');
  }

  /** @param info what `INFO` says; undefined: nothing is ever answered */
  static async start(info: string | undefined): Promise<FakeRedis> {
    const server = createServer();
    const fake = new FakeRedis(server);
    server.on('connection', (socket) => {
      fake.sockets.add(socket);
      socket.on('error', () => undefined);
      socket.on('data', (data) => {
        if (info === undefined) return;
        for (const [, command = ''] of data.toString().matchAll(/\*\d+\r\n\$\d+\r\n(\w+)/g)) {
          socket.write(/^info$/i.test(command) ? `$${info.length}\r\n${info}\r\n` : '-ERR unknown command\r\n');
        }
      });
    });
    server.listen(0, '127.0.0.1');
    await once(server, 'listening');
    return fake;
  }

  get url(): string {
    return `redis://127.0.0.1:${(this.server.address() as AddressInfo).port}`;
  }

  async stop(): Promise<void> {
    for (const socket of this.sockets) socket.destroy();
    this.server.close();
    await once(this.server, 'close');
  }
}
