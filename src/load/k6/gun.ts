import { createServer, type Server, type ServerResponse } from 'node:http';
import type { AddressInfo } from 'node:net';

/** Lets several k6 processes begin at one instant: each asks in its `setup`, and all are answered when the load starts. */
export class StartingGun {
  private readonly waiting: ServerResponse[] = [];
  private onReady = (): void => {};
  /** As many have asked as were expected: all virtual users are there. */
  readonly allReady: Promise<void>;
  private epochMs: number | undefined;

  private constructor(
    private readonly server: Server,
    private readonly expected: number,
  ) {
    this.allReady = new Promise((resolve) => {
      this.onReady = resolve;
    });
  }

  /** @param expected processes */
  static async listen(expected: number): Promise<StartingGun> {
    const server = createServer();
    const gun = new StartingGun(server, expected);
    server.on('request', (_request, response) => gun.asked(response));
    // A run may be prepared long before it starts.
    server.requestTimeout = 0;
    server.timeout = 0;
    await new Promise<void>((resolve, reject) => {
      server.once('error', reject);
      server.listen(0, '127.0.0.1', resolve);
    });
    return gun;
  }

  get url(): string {
    return `http://127.0.0.1:${(this.server.address() as AddressInfo).port}/start`;
  }

  /** @param epochMs virtual time 0, by `performance.timeOrigin + performance.now()` */
  fire(epochMs: number): void {
    this.epochMs = onWallClock(epochMs);
    for (const response of this.waiting.splice(0)) this.answer(response);
  }

  close(): void {
    this.server.close();
    this.server.closeAllConnections();
  }

  private asked(response: ServerResponse): void {
    if (this.epochMs !== undefined) {
      this.answer(response);
      return;
    }
    this.waiting.push(response);
    if (this.waiting.length === this.expected) this.onReady();
  }

  private answer(response: ServerResponse): void {
    response.setHeader('content-type', 'application/json');
    response.end(JSON.stringify({ epochMs: this.epochMs }));
  }
}

/** Both clocks drift apart in a process that lives long: another process only knows the wall clock. */
const WORTH_CORRECTING_MS = 5;

function onWallClock(epochMs: number): number {
  const driftMs = Date.now() - (performance.timeOrigin + performance.now());
  return Math.abs(driftMs) > WORTH_CORRECTING_MS ? epochMs + driftMs : epochMs;
}
