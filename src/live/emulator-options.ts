import type { FastifyServerOptions } from 'fastify';
import { nearest } from '../core/nearest-name.js';
import type { PreparedScenario } from '../prepare.js';
import type { ScenarioInput } from '../scenario/schema.js';
import type { RunSink } from '../sim/simulation.js';
import type { TraceSource } from '../sim/trace.js';
import type { InputLog } from './driver/inputs.js';
import type { JudgedRun } from './driver/live-platform.js';
import type { ServerLimits } from './http/context.js';
import type { Handlers } from './models/handlers.js';
import type { TlsOptions } from './tls/certificate-for.js';

export interface EmulatorOptions {
  /** The platform: its policy, accounts, endpoints and steps. Its workload is not run: real clients are the load. */
  readonly scenario?: ScenarioInput | PreparedScenario | undefined;
  /** One of the scenario's variants, by name; without it the first. */
  readonly variant?: string | undefined;
  readonly seed?: number | undefined;
  /** How many times as fast as the wall clock time passes; `manual`: only `advance` moves it. 1 unless told. */
  readonly speed?: number | 'manual' | undefined;
  /** 127.0.0.1 unless told. */
  readonly host?: string | undefined;
  /** 0, any free one, unless told. */
  readonly port?: number | undefined;
  /** Serves https as well, on a port of its own. `true`: with a local authority that is made for this run. */
  readonly tls?: boolean | TlsOptions | undefined;
  /** Folder in which requests, keys and usage outlive the process; without it they do not. */
  readonly data?: string | undefined;
  /** Models of one's own, by endpoint id. */
  readonly handlers?: Handlers | undefined;
  /** `id:secret` of the scenario's keys, by `account/key`; the others are drawn. */
  readonly credentials?: Readonly<Record<string, string>> | undefined;
  /** The operator's `id:secret`. */
  readonly operator?: string | undefined;
  readonly limits?: Partial<ServerLimits> | undefined;
  readonly publicUrl?: string | undefined;
  readonly allowPrivateWebhooks?: boolean | undefined;
  /** Pauses before each further try of a webhook, s of virtual time. */
  readonly webhookRetriesS?: readonly number[] | undefined;
  /** The second provider profile. On unless told. */
  readonly nexa?: boolean | undefined;
  readonly logger?: FastifyServerOptions['logger'];
  /** Called when the disk cannot be written now: nobody is answered, and it is tried again. A warning of the process unless told. */
  readonly onTrouble?: ((error: unknown) => void) | undefined;
  /** Called when something fails that no caller waits for, and it cannot go on. Thrown unless told. */
  readonly onFailure?: ((error: unknown) => void) | undefined;
  /** Whether `requestLog` is kept. It is unless told. */
  readonly logsRequests?: boolean | undefined;
  /** Reads the platform's history. */
  readonly reader?: RunSink | undefined;
  readonly inputs?: InputLog | undefined;
  /** A run with an end, whose steps are performed when the operator asks for them by number; undefined: it goes on, and performs them itself. */
  readonly run?: JudgedRun | undefined;
  /** Opens files of samples that the scenario names. */
  readonly traceSource?: TraceSource | undefined;
}

/** A misspelt option would be taken for none. @throws TypeError or RangeError that says what was expected */
export function checkOptions(options: EmulatorOptions): void {
  checkSpeed(options.speed);
  const unknown = Object.keys(options).find((name) => !OPTIONS.has(name));
  if (unknown === undefined) return;
  const meant = nearest(unknown, [...OPTIONS]);
  throw new TypeError(`startEmulator has no option ${JSON.stringify(unknown)}${meant === undefined ? '' : `; did you mean ${JSON.stringify(meant)}?`}`);
}

const OPTIONS: ReadonlySet<string> = new Set<keyof EmulatorOptions>([
  'scenario',
  'variant',
  'seed',
  'speed',
  'host',
  'port',
  'tls',
  'data',
  'handlers',
  'credentials',
  'operator',
  'limits',
  'publicUrl',
  'allowPrivateWebhooks',
  'webhookRetriesS',
  'nexa',
  'logger',
  'logsRequests',
  'onTrouble',
  'onFailure',
  'reader',
  'inputs',
  'run',
  'traceSource',
]);

function checkSpeed(speed: EmulatorOptions['speed']): void {
  if (speed === undefined || speed === 'manual' || (speed >= 0.001 && speed <= 10_000)) return;
  throw new RangeError(`speed: expected a number from 0.001 up to 10000, or 'manual', got ${speed}`);
}
