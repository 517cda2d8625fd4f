import { type ChildProcess, spawn, spawnSync } from 'node:child_process';
import { randomInt } from 'node:crypto';
import { once } from 'node:events';
import { mkdtempSync, rmSync } from 'node:fs';
import { createServer } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { createInterface } from 'node:readline';

/** The program of a Redis or a Valkey; undefined: neither is installed. */
export const REDIS_PROGRAM = ['redis-server', 'valkey-server'].find((program) => spawnSync(program, ['--version']).status === 0);

/** In CI there must be one, see scripts/start-redis.sh --install; elsewhere tests are skipped without it. */
export const NO_REDIS = REDIS_PROGRAM === undefined && process.env['CI'] === undefined;

/** A Redis of its own on loopback, that keeps nothing. */
export class RedisServer {
  private child: ChildProcess | undefined;
  private readonly folder = mkdtempSync(join(tmpdir(), 'slotstorm-redis-'));

  private constructor(
    readonly port: number,
    private readonly options: readonly string[],
    private readonly portOptions: readonly string[],
  ) {}

  /** @param portOptions come before the number of the port */
  static async start(options: readonly string[] = [], portOptions: readonly string[] = ['--port']): Promise<RedisServer> {
    const server = new RedisServer(await freePort(), options, portOptions);
    await server.start();
    return server;
  }

  get url(): string {
    return `redis://127.0.0.1:${this.port}`;
  }

  /** Begins again, with nothing in it. */
  async start(): Promise<void> {
    if (REDIS_PROGRAM === undefined) throw new Error('expected redis-server or valkey-server on PATH: run scripts/start-redis.sh --install');
    const own = [...this.portOptions, String(this.port), '--bind', '127.0.0.1', '--save', '', '--appendonly', 'no', '--dir', this.folder, '--daemonize', 'no'];
    const child = spawn(REDIS_PROGRAM, [...own, ...this.options], { stdio: ['ignore', 'pipe', 'ignore'] });
    this.child = child;
    const lines = createInterface({ input: child.stdout });
    let isReady = false;
    for await (const line of lines) {
      isReady = /ready to accept connections/i.test(line);
      if (isReady) break;
    }
    if (!isReady) throw new Error(`${REDIS_PROGRAM} ended before it listened`);
    child.stdout.resume();
  }

  /** As the operating system kills: without a word. */
  async kill(): Promise<void> {
    const { child } = this;
    this.child = undefined;
    if (child === undefined || child.exitCode !== null || child.signalCode !== null) return;
    const gone = once(child, 'exit');
    child.kill('SIGKILL');
    await gone;
  }

  async remove(): Promise<void> {
    await this.kill();
    rmSync(this.folder, { recursive: true, force: true });
  }
}

/** One that no other program is given by chance, also while the Redis is away: below those that Linux, macOS and Windows give to clients and to port 0. */
async function freePort(): Promise<number> {
  for (;;) {
    const port = randomInt(20_000, 32_000);
    const server = createServer().listen(port, '127.0.0.1');
    try {
      await once(server, 'listening');
    } catch {
      continue;
    }
    server.close();
    await once(server, 'close');
    return port;
  }
}
