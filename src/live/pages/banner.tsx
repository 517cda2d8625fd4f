import type { ComponentChildren } from 'preact';
import type { PageVerdict } from './verdict.js';

/** The answer, on top of the page: word, icon and pattern say the same as the colour. */
export function Banner({ verdict, about, children }: { verdict: PageVerdict; about: string; children?: ComponentChildren }) {
  return (
    <section class={`banner ${verdict.look}`} aria-labelledby="verdict">
      <p class="scenario">{about}</p>
      <h1 id="verdict">
        <span class="icon" aria-hidden="true">
          {verdict.icon}
        </span>
        {verdict.word}
      </h1>
      <p class="headline" data-headline="">
        {verdict.headline}
      </p>
      <p>{verdict.detail}</p>
      {children}
    </section>
  );
}
