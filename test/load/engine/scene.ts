import { createServer, type IncomingMessage, type Server, type ServerResponse } from 'node:http';
import type { AddressInfo } from 'node:net';
import { afterAll } from 'vitest';
import { type Emulator, startEmulator } from '../../../src/index.js';
import { ownTarget } from '../../../src/live-run/own-target.js';
import { makeEngineShooter } from '../../../src/load/engine/shooter.js';
import type { Shooter, ShooterOrder, ShotReport } from '../../../src/load/shooter.js';
import type { Target } from '../../../src/load/target/target.js';
import type { CallRecord, ClientSink } from '../../../src/measure/client-calls.js';
import { prepareScenario } from '../../../src/prepare.js';
import type { ScenarioInput } from '../../../src/scenario/schema.js';
import { sourceOfData } from '../../../src/scenario/source.js';

type Traffic = Parameters<ClientSink['dropped']>[0];

export const PLATFORM: ScenarioInput['platform'] = {
  policy: 'fal-documented',
  accounts: [{ id: 'acme', limit: 10, keys: ['old', 'new'] }],
  endpoints: [{ id: 'fal-ai/flux/dev', service: '1s' }],
};

export const SECRET = 'key-id:key-secret';

/** Keeps what clients tell. */
export class Notes implements ClientSink {
  readonly records: CallRecord[] = [];
  readonly droppedBy = new Map<string, number>();
  readonly zombiesBy = new Map<string, number>();

  calls(records: readonly CallRecord[]): void {
    this.records.push(...records);
  }

  dropped({ mode }: Traffic, count: number): void {
    this.droppedBy.set(mode, (this.droppedBy.get(mode) ?? 0) + count);
  }

  zombiePolls({ mode }: Traffic, count: number): void {
    this.zombiesBy.set(mode, (this.zombiesBy.get(mode) ?? 0) + count);
  }
}

export interface Load {
  readonly workload: ScenarioInput['workload'];
  readonly target: Target;
  readonly platform?: ScenarioInput['platform'];
  readonly speed?: number;
  readonly follow?: ShooterOrder['follow'];
  readonly seed?: number;
  readonly process?: number;
  readonly processes?: number;
}

export function orderOf({ workload, target, platform = PLATFORM, speed = 10, follow = 'stream', seed = 1, process = 0, processes = 1 }: Load): ShooterOrder {
  const { scenario } = prepareScenario(sourceOfData('the scenario', { name: 'load', platform, workload })).variants[0]!;
  return { scenario, scenarioFile: 'load.yaml', seed, speed, loadEndUs: 0, target, follow, processes, process };
}

/** An engine in this process. */
export class Shot {
  private constructor(
    readonly notes: Notes,
    readonly shooter: Shooter,
  ) {}

  static async prepare(load: Load): Promise<Shot> {
    const notes = new Notes();
    const shooter = await makeEngineShooter(orderOf(load), notes, NO_TRACES, '');
    return new Shot(notes, shooter);
  }

  /** Begins now. */
  start(): void {
    this.shooter.start(performance.timeOrigin + performance.now());
  }

  async end(): Promise<{ readonly report: ShotReport; readonly notes: Notes; readonly records: readonly CallRecord[] }> {
    return { report: await this.shooter.done, notes: this.notes, records: this.notes.records };
  }
}

/** Shoots until every call is over. */
export async function shoot(load: Load): ReturnType<Shot['end']> {
  const shot = await Shot.prepare(load);
  shot.start();
  return shot.end();
}

export const NO_TRACES = (file: string): never => {
  throw new Error(`no trace ${file}`);
};

export interface Heard {
  readonly method: string;
  readonly path: string;
  readonly headers: IncomingMessage['headers'];
  readonly body: string;
  /** Wall ms since the first request. */
  readonly atMs: number;
}

type Script = (heard: Heard, response: ServerResponse) => void;

/** A server that answers as a test says, and remembers what it was asked. */
export class ScriptedServer {
  readonly heard: Heard[] = [];
  connectionsEver = 0;
  #firstMs: number | undefined;

  private constructor(
    private readonly server: Server,
    readonly url: string,
  ) {
    server.on('connection', () => {
      this.connectionsEver++;
    });
  }

  /** Closed when the test file is done. */
  static async start(script: Script): Promise<ScriptedServer> {
    let scripted: ScriptedServer | undefined;
    const server = createServer((request, response) => void scripted?.answer(request, response, script));
    await new Promise<void>((done) => server.listen(0, '127.0.0.1', done));
    scripted = new ScriptedServer(server, `http://127.0.0.1:${(server.address() as AddressInfo).port}`);
    const started = scripted;
    open.push(() => started.close());
    return started;
  }

  get target(): Target {
    const { url } = this;
    return {
      kind: 'fal',
      queueUrl: `${url}/queue`,
      runUrl: `${url}/run`,
      apiUrl: `${url}/v1`,
      ca: undefined,
      takesHints: true,
      credentials: { 'acme/old': SECRET, 'acme/new': 'other:one' },
      operator: undefined,
    };
  }

  /** Requests whose path ends so. */
  count(method: string, ending: RegExp): number {
    return this.heard.filter((one) => one.method === method && ending.test(one.path)).length;
  }

  async close(): Promise<void> {
    this.server.closeAllConnections();
    await new Promise((done) => this.server.close(done));
  }

  private async answer(request: IncomingMessage, response: ServerResponse, script: Script): Promise<void> {
    const nowMs = performance.now();
    this.#firstMs ??= nowMs;
    let body = '';
    for await (const chunk of request) body += String(chunk);
    const heard = { method: request.method ?? '', path: request.url ?? '', headers: request.headers, body, atMs: nowMs - this.#firstMs };
    this.heard.push(heard);
    script(heard, response);
  }
}

export function json(response: ServerResponse, status: number, body: unknown, headers: Record<string, string> = {}): void {
  response.writeHead(status, { 'content-type': 'application/json', ...headers }).end(JSON.stringify(body));
}

const open: (() => Promise<void>)[] = [];
afterAll(async () => {
  await Promise.all(open.map((close) => close()));
});

/** The platform itself; closed when the test file is done. */
export async function emulatorFor(platform: ScenarioInput['platform'], speed: number): Promise<{ readonly emulator: Emulator; readonly target: Target }> {
  const emulator = await startEmulator({ scenario: { name: 'load', platform }, speed });
  open.push(() => emulator.close());
  return { emulator, target: ownTarget(emulator) };
}
