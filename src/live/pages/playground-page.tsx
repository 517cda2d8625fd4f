import { CHART_STYLE } from '../../report/html/chart-style.js';
import { Section } from '../../report/html/parts.js';
import { PLAYGROUND_STYLE } from '../../report/html/playground-style.js';
import { SECTION_STYLE } from '../../report/html/section-style.js';
import { type Reader, renderPage } from './layout.js';
import { LIVE_STYLE } from './style.js';

/** The look of the page; its headers allow exactly this. */
export const PLAYGROUND_PAGE_STYLE = LIVE_STYLE + CHART_STYLE + SECTION_STYLE + PLAYGROUND_STYLE;

const MISSING = 'The script of this page has not been built: run npm run build, and start the emulator again.';

/** The simulator in a page of its own: what would happen, beside what happens. @param script its bundle; undefined: there is none */
export function renderPlaygroundPage(script: string | undefined, reader: Reader | undefined): string {
  return renderPage({
    title: 'Playground',
    here: 'playground',
    reader,
    script: script ?? '',
    style: PLAYGROUND_PAGE_STYLE,
    children: (
      <>
        <section class="card" aria-labelledby="title">
          <h1 id="title">Playground</h1>
          <p class="lead">What would happen, beside what happens: the simulator knows nothing of the emulator behind this page.</p>
          <noscript>
            <p>JavaScript is off. With it, sliders for limit, rate, service, burstiness and ghost slots would run the simulator here and draw what waits.</p>
          </noscript>
          {script === undefined ? <p class="notice fail">{MISSING}</p> : null}
        </section>
        <Section id="playground" title="Turn a dial" lead="The same code as the command line runs anew, in this page.">
          <div id="playground-root" />
        </Section>
      </>
    ),
  });
}
