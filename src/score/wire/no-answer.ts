/** Nobody answered a call: the connection failed, or the answer took too long. */
export class NoAnswer extends Error {
  override readonly name = 'NoAnswer';
}

/** Of the operating system, of undici's connections and timeouts, of a parser that was sent no HTTP, of TLS. */
const CONNECTION =
  /^(E(?!RR_)[A-Z0-9_]+|UND_ERR_(CONNECT_TIMEOUT|HEADERS_TIMEOUT|BODY_TIMEOUT|HEADERS_OVERFLOW|SOCKET)|HPE_[A-Z_]+|ERR_(SSL|TLS)_[A-Z0-9_]+|[A-Z_]*CERT[A-Z_]*)$/;

/** What a call threw: a {@link NoAnswer} if that is what it means, else itself, for it is a mistake of ours. */
export function asNoAnswer(error: unknown): unknown {
  if (!(error instanceof Error)) return error;
  return error.name === 'TimeoutError' || CONNECTION.test(codeOf(error)) ? new NoAnswer(error.message || codeOf(error), { cause: error }) : error;
}

function codeOf({ code, cause }: Error & { readonly code?: unknown }): string {
  if (typeof code === 'string') return code;
  return cause instanceof Error ? codeOf(cause) : '';
}
