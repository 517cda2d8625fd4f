/** A request whose submit was answered. */
export interface KnownRequest {
  readonly id: string;
  readonly endpoint: string;
  readonly token: string;
  /** Of the key that submitted it. */
  readonly keyId: string;
  readonly hasWebhook: boolean;
  /** The life in which it was first seen COMPLETED. */
  completedIn: number | undefined;
  /** The life in which its cancel was accepted. */
  cancelledIn: number | undefined;
  /** Status and text of its result, as it was first read. */
  result: string | undefined;
  /** What its webhook brought, first time. */
  delivered: string | undefined;
}

/** A key that was made by an answered call. */
export interface KnownKey {
  readonly id: string;
  readonly credentials: string;
  /** A call that revokes it has been sent, answered or not. */
  revoking: boolean;
  /** Such a call was answered. */
  revoked: boolean;
}

export interface KnownFile {
  readonly path: string;
  readonly content: string;
}

/**
 * What the client side was told, and so may rely on. Whatever the server says later must agree with it; what does not is a
 * violation.
 */
export class ClientLedger {
  readonly requests: KnownRequest[] = [];
  readonly keys: KnownKey[] = [];
  readonly files: KnownFile[] = [];
  readonly violations: string[] = [];
  /** Money that was sent, and money whose payment was answered. */
  sentUsd = 0;
  paidUsd = 0;
  peak = 0;
  directCalls = 0;
  private readonly byId = new Map<string, KnownRequest>();
  private readonly earlyWebhooks = new Map<string, string>();

  accepted(id: string, about: Pick<KnownRequest, 'endpoint' | 'token' | 'keyId' | 'hasWebhook'>): void {
    if (this.byId.has(id)) this.violate(`${id} was given to two requests`);
    const request: KnownRequest = { id, ...about, completedIn: undefined, cancelledIn: undefined, result: undefined, delivered: undefined };
    this.requests.push(request);
    this.byId.set(id, request);
    const early = this.earlyWebhooks.get(id);
    if (early !== undefined) this.delivered(id, early);
  }

  /** @param status COMPLETED or another, as the server says now */
  seen(request: KnownRequest, status: string, life: number): void {
    if (status === 'COMPLETED') request.completedIn ??= life;
    else if (request.completedIn !== undefined) this.violate(`${request.id} was COMPLETED in life ${request.completedIn} and is ${status} in life ${life}`);
  }

  result(request: KnownRequest, result: string, life: number): void {
    this.seen(request, 'COMPLETED', life);
    request.result ??= result;
    if (request.result !== result) this.violate(`${request.id} had the result ${request.result}, in life ${life} it has ${result}`);
  }

  /** A webhook may come before its submit is answered, or when the answer was lost. */
  delivered(id: string, body: string): void {
    const request = this.byId.get(id);
    if (request === undefined) {
      this.earlyWebhooks.set(id, body);
      return;
    }
    const { payload } = JSON.parse(body) as { readonly payload: unknown };
    const told = JSON.stringify(payload);
    request.delivered ??= told;
    if (request.delivered !== told) this.violate(`the webhook of ${id} brought ${request.delivered}, and later ${told}`);
  }

  violate(what: string): void {
    this.violations.push(what);
  }
}
