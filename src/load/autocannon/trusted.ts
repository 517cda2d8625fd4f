import { isIP } from 'node:net';
import { connect } from 'node:tls';
import { LoadError } from '../driver.js';
import { withUsualAuthorities } from '../target/authorities.js';
import type { Target } from '../target/target.js';

const LONGEST_MS = 10_000;

/**
 * autocannon takes every certificate, so whoever answers would be given the keys. One connection that does look is made first.
 * @throws LoadError when the certificate is not trusted, or nobody answers
 */
export async function assertTrusted(origin: string, { ca }: Target): Promise<void> {
  const { protocol, hostname, port } = new URL(origin);
  if (protocol !== 'https:') return;
  const host = hostname.replace(/^\[|\]$/g, '');
  await new Promise<void>((resolve, reject) => {
    const socket = connect({
      host,
      port: port === '' ? 443 : Number(port),
      ...(ca === undefined ? {} : { ca: withUsualAuthorities(ca) }),
      ...(isIP(host) === 0 ? { servername: host } : {}),
    });
    const refuse = (reason: string): void => {
      socket.destroy();
      reject(new LoadError(`${origin}: expected a certificate that is trusted, as autocannon itself looks at none: ${reason}; name its authority by --ca`));
    };
    socket.setTimeout(LONGEST_MS, () => refuse(`no answer within ${LONGEST_MS / 1000} s`));
    socket.once('error', (error) => refuse(error.message));
    socket.once('secureConnect', () => {
      socket.end();
      resolve();
    });
  });
}
