import type { ComponentChildren } from 'preact';
import { type Reader, renderPage } from './layout.js';

export interface SignInView {
  /** What was wrong with the last try; undefined: there was none. */
  readonly problem: string | undefined;
}

/** A key opens the Concurrency page. */
export function renderSignIn({ problem }: SignInView): string {
  return renderPage({
    title: 'Sign in',
    here: 'sign-in',
    reader: undefined,
    children: (
      <Card title="Sign in">
        <p class="lead">The Concurrency page shows an account’s limit, its slots and who holds them.</p>
        {problem === undefined ? null : (
          <p class="said fail" role="alert">
            {problem}
          </p>
        )}
        <form method="post" action="/sign-in">
          <label for="key">API key</label>
          <div class="row">
            <input id="key" name="key" type="password" required autocomplete="off" spellcheck={false} aria-describedby="key-help" />
            <button type="submit" class="primary">
              Sign in
            </button>
          </div>
          <p id="key-help" class="muted">
            What your client has in FAL_KEY: <code>id:secret</code>. It is not kept; the session ends when the key is revoked.
          </p>
        </form>
      </Card>
    ),
  });
}

/** A page that says one thing, such as that something went wrong. */
export function renderMessage(title: string, text: string, reader: Reader | undefined): string {
  return renderPage({
    title,
    here: 'none',
    reader,
    children: (
      <Card title={title}>
        <p>{text}</p>
        <p>
          <a href="/concurrency">To the Concurrency page</a>
        </p>
      </Card>
    ),
  });
}

function Card({ title, children }: { title: string; children: ComponentChildren }) {
  return (
    <section class="card" aria-labelledby="title">
      <h1 id="title">{title}</h1>
      {children}
    </section>
  );
}
