import { formatMs, formatNumber, plural } from '../format.js';
import type { PlaygroundStart } from '../playground/start-of-run.js';
import { embedText } from './embed.js';
import { Section } from './parts.js';

interface SectionProps {
  readonly start: PlaygroundStart;
  /** The bundle of `src/playground/page/main.tsx`. The head of the page must let it run: see `PageHead`. */
  readonly script: string;
  /** What the numbers to begin with are taken from: `this run`. */
  readonly source: string;
}

/** The simulator itself. It lies packed in the page, and starts when somebody opens it: a page that nobody plays with opens as fast as without. */
export function PlaygroundSection({ start, script, source }: SectionProps) {
  return (
    <Section id="playground" title="Playground" lead="The simulator itself, in this page: turn a dial, and the same code as the command line runs anew.">
      <p class="muted">{beginning(start, source)}</p>
      <noscript>
        <p>JavaScript is off. With it, sliders for limit, rate, service, burstiness and ghost slots would run the simulator here and draw what waits.</p>
      </noscript>
      <details id="playground-fold" class="needs-script" data-screen-only="">
        <summary>Open the playground</summary>
        <div id="playground-root" data-start={JSON.stringify(start)} />
      </details>
      <script type="application/octet-stream" id="playground-script" dangerouslySetInnerHTML={{ __html: packed(script) }} />
    </Section>
  );
}

function beginning({ limit, ratePerSecond, meanServiceMs }: PlaygroundStart, source: string): string {
  const known = [
    ...(limit === undefined ? [] : [`limit ${formatNumber(limit)}`]),
    ...(ratePerSecond === undefined ? [] : [`${plural(ratePerSecond, 'request')} a second`]),
    ...(meanServiceMs === undefined ? [] : [`${formatMs(meanServiceMs)} of service on average`]),
  ];
  const model = 'one account, one endpoint, one kind of request';
  if (known.length === 0) return `It begins with an example: ${model}.`;
  return `It begins with numbers of ${source} (${known.join(', ')}) in a plain setting: ${model}. It does not repeat ${source}.`;
}

let last: { readonly script: string; readonly packed: string } | undefined;

/** Packing takes longer than all other parts of a small page, and every page of a process carries the same. */
function packed(script: string): string {
  if (last?.script !== script) last = { script, packed: embedText(script) };
  return last.packed;
}
