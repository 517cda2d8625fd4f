import { badKey, noKey, type PlatformErrorType, type Problem, platformProblem } from '../../protocol/problem.js';
import type { Caller, KeyRing, KeyScope } from '../world/keys.js';
import type { WireCall } from './wire-call.js';
import { inFamilyOf, WireError } from './wire-error.js';

/** Longer credentials are nobody's; they are not even hashed. */
const LONGEST_CREDENTIALS = 2048;
const SCHEME = /^(key|bearer) +(\S+) *$/i;

/** Tells who calls, by header, or by the token that browsers put into addresses. */
export class Gatekeeper {
  constructor(private readonly keys: KeyRing) {}

  /**
   * @param app `owner/alias` that is called, where a token would do as well: `fal_jwt_token` or `Authorization: Bearer`
   * @throws WireError 401 for no key and for one that is not accepted
   */
  authenticate(request: WireCall, app?: string): Caller {
    const { authorization } = request.headers;
    if (authorization !== undefined) return this.#byHeader(request, authorization, app);
    const token = app === undefined ? undefined : tokenOf(request);
    if (token === undefined) throw refusal(request, noKey(app), 'authorization_error');
    return this.#accepted(request, this.keys.authenticateToken(token, app as string));
  }

  /** @throws WireError 401, or 403 of the platform API for a key that may not do this */
  authorise(request: WireCall, scope: 'ADMIN' | 'OPERATOR'): Caller {
    const caller = this.authenticate(request);
    if (RANK[caller.scope] >= RANK[scope]) return caller;
    throw WireError.of(platformProblem(403, 'authorization_error', `This operation needs a key of scope ${scope}; this one has ${caller.scope}`));
  }

  #byHeader(request: WireCall, authorization: string, app: string | undefined): Caller {
    if (authorization.length > LONGEST_CREDENTIALS) throw refusal(request, badKey(), 'authorization_error');
    const [, scheme = '', credentials = ''] = SCHEME.exec(authorization) ?? [];
    const caller = this.keys.authenticate(credentials);
    if (caller !== undefined || app === undefined || scheme.toLowerCase() !== 'bearer') return this.#accepted(request, caller);
    return this.#accepted(request, this.keys.authenticateToken(credentials, app));
  }

  #accepted(request: WireCall, caller: Caller | undefined): Caller {
    if (caller === undefined) throw refusal(request, badKey(), 'authorization_error');
    return caller;
  }
}

const RANK: Readonly<Record<KeyScope, number>> = { API: 0, ADMIN: 1, OPERATOR: 2 };

function tokenOf(request: WireCall): string | undefined {
  const token = (request.query as Readonly<Record<string, unknown>>)['fal_jwt_token'];
  return typeof token === 'string' && token.length <= LONGEST_CREDENTIALS ? token : undefined;
}

function refusal(request: WireCall, problem: Problem, type: PlatformErrorType): WireError {
  return WireError.of(inFamilyOf(request, problem, type));
}
