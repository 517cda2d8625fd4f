import { setTimeout as sleep } from 'node:timers/promises';
import { uniform } from './chance.js';
import type { ClientLedger, KnownKey, KnownRequest } from './client-ledger.js';
import { DIRECT_ENDPOINT, FAKE_ENDPOINT, JOURNAL_ENDPOINT, MAIN_KEY, type Order } from './platform.js';
import { Gone, type Reply, type Wire } from './wire.js';

const USERS = 12;
/** Nobody does more than this in one life. */
const MOST_ACTIONS = 400;
const THINK_MS = 25;
const WORK_MS = 60;
const STUBBORN_MS = 500;
const BLOCK_MS = 5;

type Action = (this: Traffic) => Promise<void>;

/** Users of one life of the server, who write down what they are told. They end when it is gone. */
export class Traffic {
  private isOver = false;

  /** @param webhook where webhooks are received */
  constructor(
    private readonly wire: Wire,
    private readonly ledger: ClientLedger,
    private readonly life: number,
    private readonly webhook: string,
    private readonly draw: () => number,
  ) {}

  /** Resolves when all users have seen that the server is gone. */
  async run(): Promise<void> {
    await Promise.all(Array.from({ length: USERS }, () => this.user()));
  }

  stop(): void {
    this.isOver = true;
  }

  private async user(): Promise<void> {
    for (let n = 0; n < MOST_ACTIONS && !this.isOver; n++) {
      try {
        await this.pickAction().call(this);
        await sleep(uniform(this.draw, 0, THINK_MS));
      } catch (error) {
        if (!(error instanceof Gone)) throw error;
        if (this.isOver) return;
        await sleep(THINK_MS);
      }
    }
  }

  private pickAction(): Action {
    let rest = this.draw() * ALL_WEIGHTS;
    for (const [weight, action] of ACTIONS) {
      rest -= weight;
      if (rest < 0) return action;
    }
    return this.poll;
  }

  async submit(): Promise<void> {
    const key = this.anyKey();
    const endpoint = this.draw() < 0.6 ? JOURNAL_ENDPOINT : FAKE_ENDPOINT;
    const hasWebhook = this.draw() < 0.3;
    const token = `${this.life}-${this.draw()}`;
    const query = hasWebhook ? `?fal_webhook=${encodeURIComponent(this.webhook)}` : '';
    const reply = await this.wire.send('POST', `/queue/${endpoint}${query}`, this.order(token), key?.credentials ?? MAIN_KEY);
    if (this.isRefused(reply, key)) return;
    const { request_id: id } = this.parsed<{ request_id: string }>(reply, 200);
    this.ledger.accepted(id, { endpoint, token, keyId: key?.id ?? '', hasWebhook });
  }

  async direct(): Promise<void> {
    const token = `direct ${this.life}-${this.draw()}`;
    const reply = await this.wire.send('POST', `/run/${DIRECT_ENDPOINT}`, this.order(token));
    if (reply.status === 429) return;
    const answer = this.parsed<{ token: string }>(reply, 200);
    if (answer.token !== token) this.ledger.violate(`the direct call ${token} was answered ${reply.body}`);
    this.ledger.directCalls++;
  }

  async poll(): Promise<void> {
    const request = this.any(this.ledger.requests);
    if (request !== undefined) await checkRequest(this.wire, this.ledger, request, this.life);
  }

  async cancel(): Promise<void> {
    const request = this.any(this.ledger.requests.slice(-40));
    if (request === undefined) return;
    const reply = await this.wire.send('PUT', `/queue/${request.endpoint}/requests/${request.id}/cancel`);
    if (reply.status === 202) request.cancelledIn ??= this.life;
    else if (reply.status !== 400) this.ledger.violate(`cancel of ${request.id} was answered ${reply.status} ${reply.body}`);
  }

  async makeKey(): Promise<void> {
    const reply = await this.wire.send('POST', '/v1/keys', { alias: `user ${this.life}` });
    const { key_id: id, key: credentials } = this.parsed<{ key_id: string; key: string }>(reply, 201);
    this.ledger.keys.push({ id, credentials, revoking: false, revoked: false });
  }

  async revokeKey(): Promise<void> {
    const key = this.any(this.ledger.keys.filter((one) => !one.revoking));
    if (key === undefined) return;
    key.revoking = true;
    const reply = await this.wire.send('DELETE', `/v1/keys/${key.id}`);
    if (reply.status === 204) key.revoked = true;
    else this.ledger.violate(`revocation of ${key.id} was answered ${reply.status} ${reply.body}`);
  }

  async pay(): Promise<void> {
    this.ledger.sentUsd += 5;
    const reply = await this.wire.send('POST', '/v1/account/invoices', { usd: 5 });
    this.parsed(reply, 200);
    this.ledger.paidUsd += 5;
  }

  async upload(): Promise<void> {
    const content = `file ${this.life}-${this.draw()}`;
    const reply = await this.wire.send('POST', '/cdn/files/upload', content, MAIN_KEY, 'text/plain');
    const { access_url: address } = this.parsed<{ access_url: string }>(reply, 200);
    this.ledger.files.push({ path: new URL(address).pathname, content });
  }

  async look(): Promise<void> {
    await checkUsage(this.wire, this.ledger);
  }

  private order(token: string): Order {
    const isStubborn = this.draw() < 0.1;
    const ms = uniform(this.draw, 5, isStubborn ? STUBBORN_MS : WORK_MS);
    return { token, ms, blockMs: this.draw() < 0.2 ? BLOCK_MS : 0, isStubborn };
  }

  /** The scenario's key, or one that was made. */
  private anyKey(): KnownKey | undefined {
    return this.draw() < 0.5 ? this.any(this.ledger.keys.filter((key) => !key.revoking)) : undefined;
  }

  private any<T>(list: readonly T[]): T | undefined {
    return list[Math.floor(this.draw() * list.length)];
  }

  /** A key may be revoked by somebody else while it is used. */
  private isRefused(reply: Reply, key: KnownKey | undefined): boolean {
    return reply.status === 401 && key?.revoking === true;
  }

  private parsed<T>(reply: Reply, wanted: number): T {
    if (reply.status === wanted) return JSON.parse(reply.body) as T;
    this.ledger.violate(`life ${this.life}: expected ${wanted}, got ${reply.status} ${reply.body}`);
    throw new Gone('not answered as expected');
  }
}

const ACTIONS: readonly (readonly [weight: number, action: Action])[] = [
  [40, Traffic.prototype.submit],
  [25, Traffic.prototype.poll],
  [8, Traffic.prototype.direct],
  [12, Traffic.prototype.cancel],
  [3, Traffic.prototype.makeKey],
  [2, Traffic.prototype.revokeKey],
  [2, Traffic.prototype.pay],
  [3, Traffic.prototype.upload],
  [3, Traffic.prototype.look],
];
const ALL_WEIGHTS = ACTIONS.reduce((sum, [weight]) => sum + weight, 0);

/** Status, and result once there is one, against what is known of the request. @returns whether it has ended */
export async function checkRequest(wire: Wire, ledger: ClientLedger, request: KnownRequest, life: number): Promise<boolean> {
  const path = `/queue/${request.endpoint}/requests/${request.id}`;
  const reply = await wire.send('GET', `${path}/status`);
  if (reply.status !== 200 && reply.status !== 202) {
    ledger.violate(`${request.id} (life ${life}): its status was answered ${reply.status} ${reply.body}`);
    return true;
  }
  const { status } = JSON.parse(reply.body) as { status: string };
  ledger.seen(request, status, life);
  if (status !== 'COMPLETED') return false;
  const result = await wire.send('GET', path);
  ledger.result(request, `${result.status} ${result.body}`, life);
  return true;
}

/** Peaks never fall, and what was paid stays paid. */
export async function checkUsage(wire: Wire, ledger: ClientLedger): Promise<void> {
  const { paidUsd } = ledger;
  const reply = await wire.send('GET', '/v1/account/concurrency');
  if (reply.status !== 200) return ledger.violate(`usage was answered ${reply.status} ${reply.body}`);
  const usage = JSON.parse(reply.body) as { peak: number; paid_usd: number; days: { peak: number }[] };
  const peakOfDays = Math.max(0, ...usage.days.map((day) => day.peak));
  if (usage.peak < ledger.peak || peakOfDays < ledger.peak) ledger.violate(`the peak was ${ledger.peak}, now it is ${usage.peak} and ${peakOfDays} by days`);
  if (usage.paid_usd < paidUsd || usage.paid_usd > ledger.sentUsd) {
    ledger.violate(`expected between ${paidUsd} and ${ledger.sentUsd} USD to be paid, got ${usage.paid_usd}`);
  }
  ledger.peak = Math.max(ledger.peak, usage.peak);
}
