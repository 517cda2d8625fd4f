import { once } from 'node:events';
import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import type { ClientLedger } from './client-ledger.js';

/** Takes every webhook, and writes down what it was told. It outlives the server. */
export class WebhookReceiver {
  received = 0;
  private readonly server = createServer((request, response) => {
    const chunks: Buffer[] = [];
    request.on('data', (chunk: Buffer) => chunks.push(chunk));
    request.on('error', () => {});
    request.on('end', () => {
      this.received++;
      const body = Buffer.concat(chunks).toString();
      this.ledger.delivered((JSON.parse(body) as { request_id: string }).request_id, body);
      response.writeHead(204).end();
    });
  });

  constructor(private readonly ledger: ClientLedger) {}

  async open(): Promise<string> {
    this.server.listen(0, '127.0.0.1');
    await once(this.server, 'listening');
    return `http://127.0.0.1:${(this.server.address() as AddressInfo).port}/`;
  }

  close(): void {
    this.server.close();
    this.server.closeAllConnections();
  }
}
