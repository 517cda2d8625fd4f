import { isFalsOwn, readBaseUrl } from '../../load/target/base-url.js';
import { resolveTarget } from '../../load/target/resolve-target.js';
import type { Target } from '../../load/target/target.js';
import { TargetHttp } from '../../load/target/target-http.js';
import { parseAppId } from '../../protocol/app-id.js';
import { reasonOf } from '../../reasons.js';
import type { WireProvider } from '../../score/wire/wire-provider.js';
import { UsageError } from '../failures.js';
import type { Files } from '../outside.js';
import { DEFAULT_ENDPOINT, type ScoreArguments } from './options.js';

const LOOPBACK = /^(127\.\d+\.\d+\.\d+|localhost|\[::1\])$/;
const SPEED = /^slotstorm_speed (\S+)$/m;

/** A server of somebody's that is to be tried. */
export interface LiveProvider {
  /** Its address, without credentials. */
  readonly name: string;
  /** Whether it is fal itself, of which its documentation speaks. */
  readonly isFal: boolean;
  readonly provider: WireProvider;
}

/** What can be said against the options before anybody is asked. @throws UsageError */
export function checkLiveOptions({ target, key, endpoint, yes, ...others }: ScoreArguments): void {
  if (target === undefined) {
    const given =
      Object.keys(key).length > 0 ? '--key' : others['operator-key'] !== undefined ? '--operator-key' : endpoint !== undefined ? '--endpoint' : undefined;
    if (given !== undefined) throw new UsageError(`${given} goes with --target, which is not there`);
    return;
  }
  const url = readBaseUrl(target);
  if (Object.keys(key).length !== 1)
    throw new UsageError(`--key: expected one key of the account that is looked at, account/key=id:secret, got ${Object.keys(key).length}`);
  if (endpoint !== undefined && parseAppId(endpoint) === undefined)
    throw new UsageError(`--endpoint: expected a model such as ${DEFAULT_ENDPOINT}, got ${JSON.stringify(endpoint)}`);
  if (!yes && !LOOPBACK.test(url.hostname))
    throw new UsageError(
      `--target: ${url.origin} is no address of this machine: some ten requests will be sent to ${endpoint ?? DEFAULT_ENDPOINT}, which may cost money, and a key is made and revoked where --operator-key is given. Add --yes if that is meant`,
    );
}

/** Finds out who answers, with a handful of requests that change nothing. @throws LoadError for a target that is not there or does not take the key */
export async function openLive(options: ScoreArguments, files: Files, signal: AbortSignal): Promise<LiveProvider> {
  const [[name = '', credentials = ''] = []] = Object.entries(options.key);
  const operator = options['operator-key'];
  const ca = options.ca === undefined ? undefined : readAuthority(options.ca, files);
  const target = await resolveTarget({ url: options.target as string, credentials: options.key, operator, ca }, undefined, signal);
  const url = new URL(target.queueUrl);
  const endpoint = options.endpoint ?? DEFAULT_ENDPOINT;
  return {
    name: url.origin,
    isFal: isFalsOwn(url),
    provider: {
      target,
      account: name.slice(0, name.indexOf('/')),
      credentials,
      admin: operator,
      isOperator: target.kind === 'slotstorm',
      quick: { endpoint, seconds: undefined },
      slow: endpoint,
      input: { prompt: 'a lighthouse' },
      speed: target.kind === 'slotstorm' ? await speedOf(target, url.origin, signal) : 1,
      isOwn: false,
      usdPerRequest: undefined,
    },
  };
}

/** A slotstorm may be served in a hurry; where it does not say so, its seconds are ours. */
async function speedOf({ ca }: Target, origin: string, signal: AbortSignal): Promise<number> {
  const http = new TargetHttp(ca);
  try {
    const { text } = await http.ask('GET', `${origin}/metrics`, { signal });
    const speed = Number(SPEED.exec(text)?.[1] ?? Number.NaN);
    return speed > 0 && Number.isFinite(speed) ? speed : 1;
  } finally {
    await http.close();
  }
}

function readAuthority(file: string, files: Files): string {
  try {
    return files.readText(file);
  } catch (error) {
    throw new UsageError(`--ca: expected to read ${JSON.stringify(file)}: ${reasonOf(error)}`);
  }
}
