import { timingSafeEqual } from 'node:crypto';
import type { FastifyReply, FastifyRequest } from 'fastify';
import { visible } from '../../../report/escape.js';
import type { Reader } from '../../pages/layout.js';
import type { Caller } from '../../world/keys.js';
import type { Session, Sessions } from '../sessions.js';
import { PageProblem } from './page-problem.js';

/** Who looks at the pages: what a browser carries, and what of it is to be believed. */
export class Visitors {
  constructor(private readonly sessions: Sessions) {}

  /** undefined: nobody has signed in, or not any more */
  sessionOf(request: FastifyRequest): Session | undefined {
    return this.sessions.find(cookieOf(request));
  }

  /** @throws PageProblem 401 */
  signedIn(request: FastifyRequest): Session {
    const session = this.sessionOf(request);
    if (session === undefined) throw new PageProblem(401, 'Signed out', 'Sign in first: your session has ended, or there was none.');
    return session;
  }

  /** The same for what a form of ours sends. @throws PageProblem 401, or 403 for a form that is not ours */
  sendsForm(request: FastifyRequest, formToken: string | undefined): Session {
    requireOwnForm(request);
    const session = this.signedIn(request);
    if (!isSame(session.formToken, formToken ?? ''))
      throw new PageProblem(403, 'Not done', 'This form is from another session. Load the page again and repeat it.');
    return session;
  }

  signIn(caller: Caller, request: FastifyRequest, reply: FastifyReply): void {
    this.closeSession(request);
    setCookie(request, reply, this.sessions.open(caller), '');
  }

  signOut(request: FastifyRequest, reply: FastifyReply): void {
    this.closeSession(request);
    setCookie(request, reply, '', '; Max-Age=0');
  }

  private closeSession(request: FastifyRequest): void {
    const secret = cookieOf(request);
    if (secret !== undefined) this.sessions.close(secret);
  }
}

/** How the layout names whoever is signed in. */
export function readerOf({ caller, formToken }: Session): Reader {
  return { name: caller.scope === 'OPERATOR' ? 'operator' : visible(caller.account), formToken };
}

/** No other site may send our forms. Browsers say where a form comes from; programs that say nothing send no cookie either. */
export function requireOwnForm(request: FastifyRequest): void {
  const { 'sec-fetch-site': site, origin } = request.headers;
  const isOwn = site === undefined ? origin === undefined || hostOf(origin) === request.host : site === 'same-origin' || site === 'none';
  if (!isOwn) throw new PageProblem(403, 'Not done', 'This form was sent by another site.');
}

function hostOf(origin: string): string | undefined {
  return URL.canParse(origin) ? new URL(origin).host : undefined;
}

/** Cookies do not know ports, but several emulators may run on one machine. */
function cookieName(request: FastifyRequest): string {
  return `slotstorm_session_${request.socket.localPort ?? 0}`;
}

function cookieOf(request: FastifyRequest): string | undefined {
  const name = `${cookieName(request)}=`;
  const cookies = request.headers.cookie?.split(';') ?? [];
  const found = cookies.map((cookie) => cookie.trim()).find((cookie) => cookie.startsWith(name));
  const secret = found?.slice(name.length);
  return secret === '' ? undefined : secret;
}

function setCookie(request: FastifyRequest, reply: FastifyReply, secret: string, more: string): void {
  const secure = request.protocol === 'https' ? '; Secure' : '';
  reply.header('set-cookie', `${cookieName(request)}=${secret}; Path=/; HttpOnly; SameSite=Strict${secure}${more}`);
}

function isSame(expected: string, came: string): boolean {
  const [a, b] = [Buffer.from(expected), Buffer.from(came)];
  return a.length === b.length && timingSafeEqual(a, b);
}
