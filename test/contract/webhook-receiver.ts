import { once } from 'node:events';
import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';

export interface Delivery {
  readonly headers: Readonly<Record<string, string | string[] | undefined>>;
  readonly text: string;
  readonly body: Readonly<Record<string, unknown>>;
}

/** Takes webhooks on loopback, the first so many of them with a 500. */
export class WebhookReceiver {
  readonly deliveries: Delivery[] = [];
  private readonly server = createServer((request, response) => {
    const chunks: Buffer[] = [];
    request.on('data', (chunk: Buffer) => chunks.push(chunk));
    request.on('end', () => {
      const text = Buffer.concat(chunks).toString();
      this.deliveries.push({ headers: request.headers, text, body: JSON.parse(text) as Record<string, unknown> });
      response.writeHead(this.deliveries.length <= this.failures ? 500 : 204).end();
    });
  });

  private constructor(private readonly failures: number) {}

  /** @param failures how many of the first are answered 500 */
  static async open(failures = 0): Promise<WebhookReceiver> {
    const receiver = new WebhookReceiver(failures);
    receiver.server.listen(0, '127.0.0.1');
    await once(receiver.server, 'listening');
    return receiver;
  }

  get url(): string {
    return `http://127.0.0.1:${(this.server.address() as AddressInfo).port}/hook`;
  }

  close(): void {
    this.server.close();
    this.server.closeAllConnections();
  }
}
