import { connect } from 'node:tls';
import { LoadError } from '../driver.js';
import { foreignWords } from './foreign-words.js';

const PROBE_MS = 3_000;

const DOWN: Readonly<Record<string, string>> = {
  ECONNREFUSED: 'nothing listens there',
  ENOTFOUND: 'no such host is known',
  EAI_AGAIN: 'the name server did not answer',
  EHOSTUNREACH: 'there is no way to that host',
  ENETUNREACH: 'there is no way to that network',
  UND_ERR_CONNECT_TIMEOUT: 'nobody answered within 5s',
  ETIMEDOUT: 'nobody answered',
};

const UNTRUSTED: ReadonlySet<string> = new Set([
  'SELF_SIGNED_CERT_IN_CHAIN',
  'DEPTH_ZERO_SELF_SIGNED_CERT',
  'UNABLE_TO_VERIFY_LEAF_SIGNATURE',
  'UNABLE_TO_GET_ISSUER_CERT',
  'UNABLE_TO_GET_ISSUER_CERT_LOCALLY',
  'CERT_SIGNATURE_FAILURE',
  'CERT_UNTRUSTED',
]);
const WRONG_CERTIFICATE: Readonly<Record<string, string>> = {
  CERT_HAS_EXPIRED: 'its certificate has expired: renew it',
  CERT_NOT_YET_VALID: 'its certificate is not valid yet: check the clocks of both machines',
  CERT_REVOKED: 'its certificate was revoked: replace it',
  ERR_TLS_CERT_ALTNAME_INVALID: 'its certificate is for another name: give the name that the certificate is for as --target',
};
/** A server that speaks no TLS answers in a way that OpenSSL makes nothing of. */
const NO_TLS = /^(ERR_SSL_(WRONG_VERSION_NUMBER|PACKET_LENGTH_TOO_LONG|HTTP_REQUEST|UNKNOWN_PROTOCOL|BAD_RECORD_TYPE)|EPROTO)$/;
/** A server that wants TLS closes the connection, or answers with bytes that are no HTTP. */
const HUNG_UP = /^(UND_ERR_SOCKET|ECONNRESET|EPIPE|HPE_[A-Z_]+)$/;

/** Says in words why a request to the target got no answer. @param secrets that no message may hold */
export async function connectionTrouble(error: unknown, url: URL, secrets: readonly string[]): Promise<LoadError> {
  const code = codeOf(error);
  const { origin } = url;
  const isSecure = url.protocol === 'https:';
  if (UNTRUSTED.has(code))
    return new LoadError(
      `${origin}: its certificate is signed by nobody that is trusted here (${code}). Name its authority with --ca FILE (slotstorm serve --tls prints which), or in NODE_EXTRA_CA_CERTS.`,
    );
  const wrong = WRONG_CERTIFICATE[code];
  if (wrong !== undefined) return new LoadError(`${origin}: ${wrong} (${code}).`);
  if (isSecure && NO_TLS.test(code)) return wrongScheme(url, 'http', 'it speaks plain HTTP there');
  const down = DOWN[code];
  if (down !== undefined)
    return new LoadError(`${origin}: expected a server that answers, but ${down} (${code}). Start it (slotstorm serve), or check host and port.`);
  if (isTimeout(error)) return new LoadError(`${origin}: expected an answer, but none came in time. Is the server overloaded, or stopped (speed manual)?`);
  if (!isSecure && HUNG_UP.test(code) && (await speaksTls(url))) return wrongScheme(url, 'https', 'it speaks TLS there');
  const said = error instanceof Error ? error.message : String(error);
  return new LoadError(`${origin}: expected an HTTP answer, got ${code || 'an error'}: ${foreignWords(said, secrets)}. Check that it is an HTTP server.`);
}

export function wrongScheme(url: URL, scheme: 'http' | 'https', because: string): LoadError {
  return new LoadError(`${url.origin}: the scheme is wrong, for ${because}. Give --target ${scheme}://${url.host}`);
}

function codeOf(error: unknown): string {
  const { code, cause } = (error ?? {}) as { code?: unknown; cause?: unknown };
  if (typeof code === 'string') return code;
  return cause === undefined ? '' : codeOf(cause);
}

function isTimeout(error: unknown): boolean {
  const { name, code } = (error ?? {}) as { name?: unknown; code?: unknown };
  return name === 'TimeoutError' || code === 'UND_ERR_HEADERS_TIMEOUT' || code === 'UND_ERR_BODY_TIMEOUT';
}

/** Shakes hands and leaves: nothing is sent, so it does not matter whom the certificate is from. */
function speaksTls({ hostname, port }: URL): Promise<boolean> {
  return new Promise((resolve) => {
    const socket = connect({ host: hostname.replace(/^\[|\]$/g, ''), port: Number(port || 80), rejectUnauthorized: false, timeout: PROBE_MS });
    const say = (speaks: boolean): void => {
      socket.destroy();
      resolve(speaks);
    };
    socket.once('secureConnect', () => say(true));
    socket.once('error', () => say(false));
    socket.once('timeout', () => say(false));
    socket.once('close', () => resolve(false));
  });
}
