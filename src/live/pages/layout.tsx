import { createHash } from 'node:crypto';
import type { ComponentChildren, VNode } from 'preact';
import { renderToString } from 'preact-render-to-string';
import { LIVE_SCRIPT } from './script.js';
import { LIVE_STYLE } from './style.js';

/** A page loads nothing from anywhere, runs one script, sends forms only back to where it came from, and sits in no frame. */
export const PAGE_HEADERS: Readonly<Record<string, string>> = pageHeaders(LIVE_SCRIPT, LIVE_STYLE);

/** The same for a page with another script and style: both run only with exactly these bytes. */
export function pageHeaders(script: string, style: string): Readonly<Record<string, string>> {
  return {
    'content-type': 'text/html; charset=utf-8',
    'content-security-policy': [
      "default-src 'none'",
      `script-src '${hashOf(script)}'`,
      `style-src '${hashOf(style)}'`,
      "connect-src 'self'",
      'img-src data:',
      "base-uri 'none'",
      "form-action 'self'",
      "frame-ancestors 'none'",
    ].join('; '),
    'x-content-type-options': 'nosniff',
    'x-frame-options': 'DENY',
    'referrer-policy': 'same-origin',
    'cross-origin-opener-policy': 'same-origin',
    'cross-origin-resource-policy': 'same-origin',
    'permissions-policy': 'camera=(), geolocation=(), microphone=()',
    'cache-control': 'no-store',
  };
}

/** Who looks at a page. */
export interface Reader {
  /** Shown beside the way out. */
  readonly name: string;
  readonly formToken: string;
}

export interface PageProps {
  readonly title: string;
  readonly here: 'concurrency' | 'status' | 'playground' | 'sign-in' | 'none';
  readonly reader: Reader | undefined;
  /** undefined: those of pages that show what happens now. */
  readonly script?: string | undefined;
  readonly style?: string | undefined;
  readonly children: ComponentChildren;
}

/** A whole page as HTML. */
export function renderPage(props: PageProps): string {
  const page = (
    <html lang="en">
      <head>
        <meta charset="utf-8" />
        <meta name="viewport" content="width=device-width, initial-scale=1" />
        <meta name="color-scheme" content="light dark" />
        <meta name="robots" content="noindex" />
        <title>{`${props.title} · slotstorm`}</title>
        <link rel="icon" href="data:," />
        <style dangerouslySetInnerHTML={{ __html: props.style ?? LIVE_STYLE }} />
      </head>
      <body>
        <a class="skip" href="#main">
          Skip to the content
        </a>
        <Navigation here={props.here} reader={props.reader} />
        <main id="main">{props.children}</main>
        <footer>slotstorm emulates a concurrency-limited inference queue on this machine. It is not fal.ai, and nothing here is billed.</footer>
        <script dangerouslySetInnerHTML={{ __html: props.script ?? LIVE_SCRIPT }} />
      </body>
    </html>
  );
  return `<!doctype html>\n${renderToString(page)}\n`;
}

/** The part of a page that is fetched anew. */
export function renderPart(part: VNode): string {
  return renderToString(part);
}

/** What is fetched anew, and where its news come from. */
export function LivePart(props: { events: string; children: ComponentChildren }) {
  return (
    <>
      <p id="spoken" class="unseen" role="status" />
      <div id="live" data-events={props.events}>
        {props.children}
      </div>
    </>
  );
}

function Navigation({ here, reader }: Pick<PageProps, 'here' | 'reader'>) {
  return (
    <nav aria-label="Pages">
      <ul>
        <li>
          <a class="home" href="/status">
            slotstorm
          </a>
        </li>
        <PageLink href="/concurrency" text="Concurrency" isHere={here === 'concurrency'} />
        <PageLink href="/status" text="Status" isHere={here === 'status'} />
        <PageLink href="/playground" text="Playground" isHere={here === 'playground'} />
        <li class="who">
          {reader === undefined ? (
            here === 'sign-in' ? null : (
              <a href="/sign-in">Sign in</a>
            )
          ) : (
            <>
              <b title={reader.name}>{reader.name}</b>
              <form method="post" action="/sign-out">
                <FormToken reader={reader} />
                <button type="submit">Sign out</button>
              </form>
            </>
          )}
        </li>
      </ul>
    </nav>
  );
}

function PageLink({ href, text, isHere }: { href: string; text: string; isHere: boolean }) {
  return (
    <li>
      <a href={href} aria-current={isHere ? 'page' : undefined}>
        {text}
      </a>
    </li>
  );
}

/** Proof that a form comes from our own page. */
export function FormToken({ reader }: { reader: Reader }) {
  return <input type="hidden" name="form_token" value={reader.formToken} />;
}

function hashOf(text: string): string {
  return `sha256-${createHash('sha256').update(text, 'utf8').digest('base64')}`;
}
