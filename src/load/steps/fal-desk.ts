import { appName, parseAppId } from '../../protocol/app-id.js';
import type { StepSpec } from '../../scenario/types.js';
import { foreignWords, secretsOf } from '../target/foreign-words.js';
import type { Target } from '../target/target.js';
import { objectIn, TargetHttp, wordsIn } from '../target/target-http.js';
import { notPerformed, PERFORMED, type PerformedOutcome, type ScenarioStep, type StepDesk } from './scenario-step.js';
import { keyFor } from './step-complaints.js';

const PAGES = 10;
const ON_A_PAGE = 100;
const ENDED: ReadonlySet<string> = new Set(['COMPLETED', 'success', 'error', 'user_error']);

type CancelStep = Extract<StepSpec, { do: 'cancel' }>;

interface ListedRequest {
  readonly id: string;
  readonly endpoint: string;
  readonly status: string;
  readonly keyId: string;
  readonly sentAt: string;
}

/** Does what of a scenario's steps fal's API can do: revokes keys, cancels requests. */
export class FalDesk implements StepDesk {
  private readonly http: TargetHttp;
  private readonly secrets: readonly string[];

  /** @param endpoints whose requests a cancel may be about */
  constructor(
    private readonly target: Target,
    private readonly endpoints: readonly string[],
  ) {
    this.http = new TargetHttp(target.ca);
    this.secrets = secretsOf([target.operator, ...Object.values(target.credentials)]);
  }

  async warmUp(signal: AbortSignal): Promise<void> {
    await this.http.warmUp(`${this.target.apiUrl}/models?limit=1`, signal);
  }

  async perform({ spec }: ScenarioStep, signal: AbortSignal): Promise<PerformedOutcome> {
    try {
      if (spec.do === 'revoke-key') return await this.revoke(`${spec.key.account}/${spec.key.key}`, signal);
      if (spec.do === 'cancel') return await this.cancel(spec, signal);
      return notPerformed('fal’s API has no such operation');
    } catch (error) {
      return notPerformed(foreignWords(error instanceof Error ? error.message : String(error), this.secrets));
    }
  }

  async close(): Promise<void> {
    await this.http.close();
  }

  private async revoke(name: string, signal: AbortSignal): Promise<PerformedOutcome> {
    const { apiUrl, operator, credentials } = this.target;
    const [keyId = ''] = (credentials[name] ?? '').split(':');
    const answer = await this.http.ask('DELETE', `${apiUrl}/keys/${encodeURIComponent(keyId)}`, { credentials: operator, signal });
    if (answer.status === 204 || answer.status === 200) return PERFORMED;
    return notPerformed(`${name}: expected 204, got ${answer.status}: ${foreignWords(wordsIn(answer), this.secrets)}`);
  }

  private async cancel(step: CancelStep, signal: AbortSignal): Promise<PerformedOutcome> {
    const name = keyFor(step, this.target.credentials);
    if (name === undefined) return notPerformed(`no key of ${step.account} is known`);
    const credentials = this.target.credentials[name] as string;
    const open = (await this.list(credentials, signal)).filter((request) => this.isMeant(request, step));
    open.sort((one, other) => (one.sentAt < other.sentAt ? -1 : 1));
    const meant = open.slice(0, Math.min(open.length, step.count));
    if (meant.length === 0) return notPerformed('the server lists no such request that has not ended (fal lists those that have ended only)');
    const refusals: string[] = [];
    for (const { id, endpoint } of meant) {
      const app = parseAppId(endpoint);
      const path = `${app === undefined ? endpoint : appName(app)}/requests/${encodeURIComponent(id)}/cancel`;
      const answer = await this.http.ask('PUT', `${this.target.queueUrl}/${path}`, { credentials, signal });
      // Who has ended meanwhile says 400 ALREADY_COMPLETED: nothing is left to cancel.
      if (answer.status >= 300 && answer.status !== 400) refusals.push(`${answer.status}: ${foreignWords(wordsIn(answer), this.secrets)}`);
    }
    if (refusals.length === 0) return PERFORMED;
    // Half a step is not what the scenario tells of.
    return notPerformed(`${refusals.length} of ${meant.length} cancels were refused, the first with ${refusals[0]}`);
  }

  private isMeant({ status, keyId, id, endpoint }: ListedRequest, { account, key, state }: CancelStep): boolean {
    if (id === '' || endpoint === '' || ENDED.has(status)) return false;
    if (key !== undefined && keyId !== (this.target.credentials[`${account}/${key}`] ?? '').split(':')[0]) return false;
    return state === 'any' || (state === 'queued') === (status === 'IN_QUEUE' || status === 'in_queue');
  }

  /** @throws Error for an answer that is no list */
  private async list(credentials: string, signal: AbortSignal): Promise<ListedRequest[]> {
    const all: ListedRequest[] = [];
    for (const endpoint of this.endpoints) {
      let cursor: string | undefined;
      for (let page = 0; page < PAGES; page++) {
        const query = new URLSearchParams({ endpoint_id: endpoint, limit: String(ON_A_PAGE), ...(cursor !== undefined && { cursor }) });
        const answer = await this.http.ask('GET', `${this.target.apiUrl}/models/requests/by-endpoint?${query}`, { credentials, signal });
        const body = objectIn(answer.text);
        if (answer.status !== 200 || !Array.isArray(body?.['items']))
          throw new Error(`requests of ${endpoint}: expected a list, got ${answer.status}: ${wordsIn(answer)}`);
        all.push(...(body['items'] as unknown[]).map(listed));
        cursor = typeof body['next_cursor'] === 'string' ? body['next_cursor'] : undefined;
        if (cursor === undefined) break;
      }
    }
    return all;
  }
}

function listed(item: unknown): ListedRequest {
  const fields = (typeof item === 'object' && item !== null ? item : {}) as Readonly<Record<string, unknown>>;
  const text = (name: string): string => (typeof fields[name] === 'string' ? (fields[name] as string) : '');
  return { id: text('request_id'), endpoint: text('endpoint_id'), status: text('status'), keyId: text('key_id'), sentAt: text('sent_at') };
}
