import { printEnvironment } from '../../live/client-environment.js';
import { DEFAULT_SCENARIO } from '../../live/default-scenario.js';
import { type Emulator, prepareEmulator } from '../../live/emulator.js';
import type { EmulatorOptions } from '../../live/emulator-options.js';
import { loggerOptions } from '../../live/http/observability.js';
import { LedgerError } from '../../live/store/ledger-error.js';
import { CertificateError } from '../../live/tls/certificate-folder.js';
import type { TlsOptions } from '../../live/tls/certificate-for.js';
import { KeyConflict, splitCredentials } from '../../live/world/key-book.js';
import { type PreparedScenario, type PreparedVariant, prepareScenario } from '../../prepare.js';
import { reasonOf } from '../../reasons.js';
import { terminalText } from '../../report/escape.js';
import type { Setting } from '../../scenario/set-path.js';
import { sourceOfData } from '../../scenario/source.js';
import { Interrupted, UsageError } from '../failures.js';
import { loadScenario } from '../load-scenario.js';
import type { Outside } from '../outside.js';
import { InputRecording } from '../serve/input-recording.js';
import { readHandlers } from '../serve/load-handlers.js';
import type { LOG_LEVELS } from '../serve/options.js';
import { tracesBeside } from '../trace-files.js';
import { variantNamed } from '../variant-named.js';

export interface ServeArguments {
  readonly scenario: string | undefined;
  readonly variant: string | undefined;
  readonly seed: number | undefined;
  readonly set: readonly Setting[];
  readonly port: number;
  readonly host: string;
  readonly publicUrl: string | undefined;
  readonly speed: number;
  readonly tls: boolean;
  readonly tlsPort: number;
  readonly tlsFolder: string;
  readonly cert: string | undefined;
  readonly certKey: string | undefined;
  readonly data: string | undefined;
  readonly handlers: string | undefined;
  readonly key: Readonly<Record<string, string>>;
  readonly operatorKey: string | undefined;
  readonly printEnv: boolean;
  readonly json: boolean;
  readonly record: string | undefined;
  readonly logLevel: (typeof LOG_LEVELS)[number];
  readonly drain: number;
  readonly allowPrivateWebhooks: boolean;
  readonly nexa: boolean;
}

/** Serves a scenario's platform until it is told to stop. @returns the exit code: 0 after an orderly end */
export async function serveCommand(options: ServeArguments, outside: Outside): Promise<number> {
  const prepared = await scenarioOf(options, outside);
  const variant = variantOf(prepared, options.variant);
  checkKeys(options, variant);
  if (options.record !== undefined && options.data !== undefined)
    throw new UsageError('--record: expected to begin with an empty platform, so it does not go together with --data');
  const recording = options.record === undefined ? undefined : InputRecording.open(options.record, variant, options.seed ?? variant.scenario.seed);
  const emulator = new Served(options, outside, recording);
  try {
    await emulator.open(prepared);
  } catch (error) {
    recording?.discard();
    throw error;
  }
  return emulator.untilStopped();
}

/** The emulator of one `serve`, from its start to its end. */
class Served {
  private emulator!: Emulator;
  private fail = (_error: unknown): void => {};
  private readonly failed: Promise<never>;
  private hasTrouble = false;

  constructor(
    private readonly options: ServeArguments,
    private readonly outside: Outside,
    private readonly recording: InputRecording | undefined,
  ) {
    this.failed = new Promise((_, reject) => {
      this.fail = reject;
    });
    // It may come before anybody waits for it.
    this.failed.catch(() => {});
  }

  async open(prepared: PreparedScenario): Promise<void> {
    const { options, outside } = this;
    this.emulator = await prepare(options, prepared, outside, this.recording, {
      onFailure: (error) => this.fail(error),
      onTrouble: (error) => this.warn(error),
    });
    try {
      await listen(this.emulator, options);
    } catch (error) {
      await this.emulator.close(0);
      throw error;
    }
  }

  /** @returns the exit code */
  async untilStopped(): Promise<number> {
    const { emulator, options, outside } = this;
    const stopped = new Promise<void>((resolve) => waitForStop(outside, resolve));
    try {
      announce(emulator, options, outside);
      await Promise.race([stopped, this.failed]);
      outside.err.write('slotstorm: stopping; answers under way are given first\n');
      await closeUnlessAsked(emulator, options.drain, outside);
      return 0;
    } catch (error) {
      throw error instanceof LedgerError ? new UsageError(error.message) : error;
    } finally {
      await emulator.close(0).catch(() => {});
      this.recording?.close({ endUs: emulator.world.platformUs, hash: emulator.world.hash });
    }
  }

  /** Once: it is tried again twice a second. */
  private warn(error: unknown): void {
    if (this.hasTrouble) return;
    this.hasTrouble = true;
    this.outside.err.write(`slotstorm: nobody is answered until it can be written again: ${terminalText(reasonOf(error))}\n`);
  }
}

async function scenarioOf({ scenario, set }: ServeArguments, outside: Outside): Promise<PreparedScenario> {
  return prepareScenario(scenario === undefined ? sourceOfData('the default scenario', DEFAULT_SCENARIO) : await loadScenario(scenario, outside.files), set);
}

function variantOf(prepared: PreparedScenario, wanted: string | undefined): PreparedVariant {
  return wanted === undefined ? (prepared.variants[0] as PreparedVariant) : variantNamed(prepared, wanted);
}

function checkKeys({ key, operatorKey }: ServeArguments, { scenario }: PreparedVariant): void {
  const names = scenario.platform.accounts.flatMap((account) => account.keys.map((name) => `${account.id}/${name}`));
  for (const [name, credentials] of Object.entries(key)) {
    if (!names.includes(name)) throw new UsageError(`--key: expected one of ${names.join(', ')}, got ${JSON.stringify(name)}`);
    checkCredentials('--key', credentials);
  }
  if (operatorKey !== undefined) checkCredentials('--operator-key', operatorKey);
}

function checkCredentials(option: string, credentials: string): void {
  try {
    splitCredentials(credentials);
  } catch (error) {
    throw new UsageError(`${option}: ${(error as Error).message}`);
  }
}

async function prepare(
  options: ServeArguments,
  prepared: PreparedScenario,
  outside: Outside,
  recording: InputRecording | undefined,
  callbacks: Pick<EmulatorOptions, 'onFailure' | 'onTrouble'>,
): Promise<Emulator> {
  const emulatorOptions: EmulatorOptions = {
    scenario: prepared,
    variant: options.variant,
    seed: options.seed,
    speed: options.speed,
    host: options.host,
    port: options.port,
    tls: tlsOf(options),
    data: options.data,
    handlers: options.handlers === undefined ? undefined : await readHandlers(options.handlers, outside.files),
    credentials: options.key,
    operator: options.operatorKey,
    publicUrl: options.publicUrl,
    allowPrivateWebhooks: options.allowPrivateWebhooks,
    nexa: options.nexa,
    logger: options.logLevel === 'silent' ? false : loggerOptions(options.logLevel, outside.err),
    logsRequests: false,
    inputs: recording,
    ...callbacks,
    traceSource: tracesBeside(options.scenario ?? '.', outside.files),
  };
  try {
    return await prepareEmulator(emulatorOptions, true);
  } catch (error) {
    throw error instanceof LedgerError || error instanceof CertificateError || error instanceof KeyConflict ? new UsageError(error.message) : error;
  }
}

function tlsOf({ tls, tlsPort, tlsFolder, cert, certKey }: ServeArguments): TlsOptions | false {
  if ((cert === undefined) !== (certKey === undefined)) throw new UsageError('--cert and --cert-key: expected both, or neither');
  if (!tls && cert === undefined) return false;
  return { port: tlsPort, folder: tlsFolder, cert, key: certKey };
}

async function listen(emulator: Emulator, { host, port, tlsPort }: ServeArguments): Promise<void> {
  try {
    await emulator.listen();
  } catch (error) {
    const { code, port: taken } = error as NodeJS.ErrnoException & { port?: number };
    if (error instanceof CertificateError) throw new UsageError(error.message);
    if (code === 'EADDRINUSE')
      throw new UsageError(`${taken === tlsPort ? '--tls-port' : '--port'}: expected a free port, but ${taken ?? port} is in use; 0 takes any free one`);
    if (code !== undefined && UNUSABLE_HOST.has(code)) throw new UsageError(`expected to listen on ${host} port ${port}: ${code}`);
    throw error;
  }
}

function announce(emulator: Emulator, options: ServeArguments, outside: Outside): void {
  const { world, url, tlsUrl, caFile } = emulator;
  const keys = Object.fromEntries(world.credentials);
  if (options.json) {
    outside.out.write(
      `${JSON.stringify({ url, tlsUrl: tlsUrl === '' ? undefined : tlsUrl, caFile, keys, operator: world.operatorCredentials, pid: process.pid })}\n`,
    );
    return;
  }
  const [first] = world.credentials.values();
  if (options.printEnv) {
    const clients = printEnvironment({ baseUrl: url, tlsUrl: tlsUrl === '' ? undefined : tlsUrl, caFile, credentials: first ?? 'YOUR-KEY' });
    outside.out.write(`${clients}\n${keyLines(emulator).join('\n')}\n`);
  }
  for (const line of bannerOf(emulator, options, outside.out.isTTY, first)) outside.err.write(`${terminalText(line)}\n`);
}

function bannerOf(emulator: Emulator, options: ServeArguments, isTerminal: boolean, credentials: string | undefined): string[] {
  const { world, url, tlsUrl } = emulator;
  const { scenario, policy } = world.platform();
  const lines = [
    `slotstorm serves ${scenario} (policy ${policy}${options.speed === 1 ? '' : `, ${options.speed} times as fast as the clock`})`,
    `  API          ${url}`,
  ];
  if (tlsUrl !== '') lines.push(`  https        ${tlsUrl}`);
  lines.push(`  status page  ${url}/status`);
  if (options.data !== undefined) lines.push(`  data folder  ${options.data}`);
  if (credentials !== undefined && isTerminal) lines.push(`  slots        ${emulator.dashboardUrl()}`);
  if (!LOOPBACK.test(options.host)) lines.push(`  It listens on ${options.host}: whoever reaches this machine reaches it. --public-url names it for others.`);
  // A key is shown once, and only to somebody who looks: what it is kept as cannot be turned back.
  if (isTerminal && !options.printEnv) lines.push(...keyLines(emulator).map((line) => line.replace('#', ' ')));
  if (world.credentials.size === 0)
    lines.push(
      '  Its keys are those of the folder; their secrets were shown when they were made. --key account/key=id:secret says them again; another folder begins anew.',
    );
  else if (!isTerminal && !options.printEnv) lines.push('  --print-env prints what each client needs, keys included; --key sets keys of your own.');
  lines.push('  Ctrl-C ends it.');
  return lines;
}

const UNUSABLE_HOST: ReadonlySet<string> = new Set(['EACCES', 'EADDRNOTAVAIL', 'ENOTFOUND', 'EAI_AGAIN', 'EAFNOSUPPORT']);
const LOOPBACK = /^(127\.|localhost$|::1$)/;

/** All keys that are known now, as comments of a shell. */
function keyLines({ world }: Emulator): string[] {
  const keys = [...world.credentials].map(([name, key]) => `# key ${name}  ${key}`);
  return [...keys, `# operator  ${world.operatorCredentials}`];
}

function waitForStop(outside: Outside, resolve: () => void): void {
  const stopListening = outside.onInterrupt(() => {
    stopListening();
    resolve();
  });
}

/** A second interrupt does not wait for answers. */
async function closeUnlessAsked(emulator: Emulator, drainMs: number, outside: Outside): Promise<void> {
  let stopListening = (): void => {};
  const again = new Promise<never>((_, reject) => {
    stopListening = outside.onInterrupt(() => reject(new Interrupted('interrupted again: answers under way were not waited for')));
  });
  try {
    await Promise.race([emulator.close(drainMs), again]);
  } finally {
    stopListening();
  }
}
