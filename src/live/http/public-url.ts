import type { WireCall } from './wire-call.js';

/** A name or an address with a port: nothing that would need an escape where links are written. */
const HOST = /^(?:[A-Za-z0-9._-]{1,253}|\[[0-9A-Fa-f:.]{2,45}\])(?::\d{1,5})?$/;

/** Where a caller reaches this server, by the address it used: `http://127.0.0.1:8080`. */
export function publicUrlOf({ raw: { socket, headers }, protocol }: Pick<WireCall, 'raw' | 'protocol'>): string {
  const { host } = headers;
  if (host !== undefined && HOST.test(host)) return `${protocol}://${host}`;
  const address = socket.localAddress ?? '127.0.0.1';
  return `${protocol}://${address.includes(':') ? `[${address}]` : address}:${socket.localPort ?? 80}`;
}
