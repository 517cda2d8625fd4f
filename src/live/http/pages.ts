import type { FastifyReply, FastifyRequest } from 'fastify';
import { z } from 'zod';
import { cleanDeep, visible } from '../../report/escape.js';
import { renderConcurrencyPage, renderConcurrencyPart } from '../pages/concurrency-page.js';
import { PAGE_HEADERS, pageHeaders } from '../pages/layout.js';
import { type Outcome, outcomeOf } from '../pages/outcomes.js';
import { renderSignIn } from '../pages/plain-pages.js';
import { PLAYGROUND_PAGE_STYLE, renderPlaygroundPage } from '../pages/playground-page.js';
import { publicEndpoints } from '../pages/public-endpoints.js';
import { renderStatusPage, renderStatusPart, type StatusView } from '../pages/status-page.js';
import type { HttpContext, RouteGroup } from './context.js';
import { StreamPlaces } from './limits.js';
import { ChangeStream } from './pages/change-stream.js';
import { accountFor, concurrencyView } from './pages/concurrency-view.js';
import { type FormBody, formSchema, pageSchema, readForms } from './pages/forms.js';
import { PageProblem, sendProblem } from './pages/page-problem.js';
import { playgroundScript } from './pages/playground-script.js';
import { readerOf, requireOwnForm, Visitors } from './pages/visitor.js';
import { type Session, sessionsOf } from './sessions.js';

const LONGEST_KEY = 2_048;
/** Pages that follow what happens, at once: the status page asks for no key. */
const MOST_FOLLOWERS = 500;
const MOST_USD = 1_000_000;

const part = z.enum(['live']).optional().describe('`live`: only what changes.');
const statusQuery = z.object({ part });
const concurrencyQuery = z.object({
  part,
  account: z.string().max(200).optional().describe('Whose: for the operator.'),
  done: z.string().max(40).optional().describe('What the last form did.'),
  ticket: z.string().max(200).optional().describe('Signs in, once.'),
});
const playgroundSchema = { ...pageSchema('Playground: the simulator in the browser'), description: 'The simulator itself. For people; needs JavaScript.' };
type ConcurrencyQuery = z.output<typeof concurrencyQuery>;

/** The pages for people: Concurrency, status, sign-in. */
export const pageRoutes: RouteGroup = (app, context) => {
  const pages = new Pages(context);
  readForms(app);
  app.setErrorHandler(sendProblem);
  app.get('/', { schema: { hide: true } }, (_request, reply) => reply.redirect('/status'));
  app.get('/sign-in', { schema: pageSchema('Sign in') }, (_request, reply) => sendPage(reply, 200, renderSignIn({ problem: undefined })));
  app.post('/sign-in', { schema: formSchema('Sign in with a key') }, pages.signIn);
  app.post('/sign-out', { schema: formSchema('Sign out') }, pages.signOut);
  app.get('/concurrency', { schema: pageSchema('Concurrency: limit, slots and their holders', concurrencyQuery) }, pages.concurrency);
  app.get('/concurrency/events', { schema: { hide: true } }, pages.concurrencyEvents);
  app.post('/concurrency/release', { schema: formSchema('Release one stuck slot') }, pages.release);
  app.post('/concurrency/release-stuck', { schema: formSchema('Release all stuck slots') }, pages.releaseStuck);
  app.post('/concurrency/credits', { schema: formSchema('Buy credits') }, pages.buyCredits);
  app.get('/status', { schema: pageSchema('Status of the platform', statusQuery) }, pages.status);
  app.get('/status/events', { schema: { hide: true } }, pages.statusEvents);
  app.get('/playground', { schema: playgroundSchema }, pages.playground);
};

class Pages {
  private readonly visitors: Visitors;
  private readonly followers = new StreamPlaces(MOST_FOLLOWERS);

  constructor(private readonly context: HttpContext) {
    this.visitors = new Visitors(sessionsOf(context.world));
  }

  readonly signIn = (request: FastifyRequest, reply: FastifyReply): FastifyReply => {
    requireOwnForm(request);
    const { key = '' } = formOf(request);
    const credentials = key.trim().replace(/^Key +/i, '');
    const caller = credentials.length > LONGEST_KEY ? undefined : this.context.world.keys.authenticate(credentials);
    if (caller === undefined) return sendPage(reply, 401, renderSignIn({ problem: 'This key is not accepted: it is unknown, misspelt or revoked.' }));
    this.visitors.signIn(caller, request, reply);
    return reply.redirect('/concurrency', 303);
  };

  readonly signOut = (request: FastifyRequest, reply: FastifyReply): FastifyReply => {
    this.visitors.sendsForm(request, formOf(request).form_token);
    this.visitors.signOut(request, reply);
    return reply.redirect('/sign-in', 303);
  };

  readonly concurrency = (request: FastifyRequest, reply: FastifyReply): FastifyReply => {
    const { account: chosen, done, ticket, part } = request.query as ConcurrencyQuery;
    if (ticket !== undefined) return this.useTicket(ticket, request, reply);
    if (part === 'live') {
      const session = this.visitors.signedIn(request);
      return sendPage(reply, 200, renderConcurrencyPart(this.view(session, chosen, undefined)));
    }
    const session = this.visitors.sessionOf(request);
    if (session === undefined) return reply.redirect('/sign-in', 303);
    return sendPage(reply, 200, renderConcurrencyPage(this.view(session, chosen, outcomeOf(done))));
  };

  readonly concurrencyEvents = (request: FastifyRequest, reply: FastifyReply): void => {
    this.visitors.signedIn(request);
    new ChangeStream(this.context, reply, this.followers, () => this.visitors.sessionOf(request) !== undefined);
  };

  readonly status = (request: FastifyRequest, reply: FastifyReply): FastifyReply => {
    const { part } = request.query as z.output<typeof statusQuery>;
    if (part === 'live') return sendPage(reply, 200, renderStatusPart(this.statusView()));
    const session = this.visitors.sessionOf(request);
    return sendPage(reply, 200, renderStatusPage(this.statusView(), session && readerOf(session)));
  };

  readonly statusEvents = (_request: FastifyRequest, reply: FastifyReply): void => {
    new ChangeStream(this.context, reply, this.followers, () => true);
  };

  /** Its script is large and its own: no other page may run it. */
  readonly playground = (request: FastifyRequest, reply: FastifyReply): FastifyReply => {
    const session = this.visitors.sessionOf(request);
    const script = playgroundScript();
    const page = renderPlaygroundPage(script, session && readerOf(session));
    return reply.headers(pageHeaders(script ?? '', PLAYGROUND_PAGE_STYLE)).send(page);
  };

  readonly release = (request: FastifyRequest, reply: FastifyReply): FastifyReply => {
    const form = formOf(request);
    const account = this.accountOf(request, form);
    return this.onward(reply, form, this.context.world.releaseSlot(account, form.slot ?? ''));
  };

  readonly releaseStuck = (request: FastifyRequest, reply: FastifyReply): FastifyReply => {
    const form = formOf(request);
    const { released, offered } = this.context.world.releaseStuck(this.accountOf(request, form));
    const outcome = released > 0 ? 'released-all' : 'nothing-stuck';
    return this.onward(reply, form, offered ? outcome : 'not-offered');
  };

  readonly buyCredits = (request: FastifyRequest, reply: FastifyReply): FastifyReply => {
    const form = formOf(request);
    const { caller } = this.visitors.sendsForm(request, form.form_token);
    const account = this.accountOf(request, form);
    const usd = Number(form.usd ?? '');
    if (caller.scope === 'API') return this.onward(reply, form, 'not-allowed');
    if (!(usd >= 0.01 && usd <= MOST_USD)) return this.onward(reply, form, 'bad-amount');
    this.context.world.payInvoice(account, Math.round(usd * 100) / 100);
    return this.onward(reply, form, 'paid');
  };

  private useTicket(ticket: string, request: FastifyRequest, reply: FastifyReply): FastifyReply {
    const caller = sessionsOf(this.context.world).redeem(ticket);
    if (caller === undefined)
      throw new PageProblem(401, 'This link has been used', 'It signs in once. Sign in with a key, or have slotstorm print another link.');
    this.visitors.signIn(caller, request, reply);
    return reply.redirect('/concurrency', 303);
  }

  /** Whose things a form is about, if it is ours. */
  private accountOf(request: FastifyRequest, form: FormBody): string {
    return accountFor(this.visitors.sendsForm(request, form.form_token), form.account, this.context.world);
  }

  private view(session: Session, chosen: string | undefined, outcome: Outcome | undefined) {
    const { world } = this.context;
    return concurrencyView(session, accountFor(session, chosen, world), outcome, world);
  }

  /** Back to the page, which says what was done. A reload of it does nothing again. */
  private onward(reply: FastifyReply, { account }: FormBody, outcome: Outcome): FastifyReply {
    const chosen = account === undefined ? '' : `&account=${encodeURIComponent(account)}`;
    return reply.redirect(`/concurrency?done=${outcome}${chosen}`, 303);
  }

  private statusView(): StatusView {
    const { world } = this.context;
    return {
      platform: cleanDeep(world.platform(), visible),
      endpoints: cleanDeep(publicEndpoints(world.endpoints()), visible),
      nowUs: world.clock.nowUs(),
      toMs: (us) => world.clock.toMs(us),
    };
  }
}

function formOf(request: FastifyRequest): FormBody {
  return (request.body ?? {}) as FormBody;
}

function sendPage(reply: FastifyReply, status: number, html: string): FastifyReply {
  return reply.code(status).headers(PAGE_HEADERS).send(html);
}
