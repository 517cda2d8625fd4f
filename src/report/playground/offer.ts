import { Chart } from 'chart.js';
import { readEmbedded } from '../page/result-data.js';

/** What the packed script leaves behind once it has run. */
type StartPlayground = (root: HTMLElement, chartClass: typeof Chart) => void;

/** What links into the playground begin with. */
const LINK = '#playground?';

/** Starts the playground when somebody opens it, or has come with a link into it. */
export function offerPlayground(): void {
  const fold = document.getElementById('playground-fold');
  const root = document.getElementById('playground-root');
  if (!(fold instanceof HTMLDetailsElement) || root === null) return;
  let isStarted = false;
  fold.addEventListener('toggle', () => {
    if (!fold.open || isStarted) return;
    isStarted = true;
    void start(root);
  });
  const follow = (): void => {
    if (!location.hash.startsWith(LINK)) return;
    fold.open = true;
    if (!isStarted) document.getElementById('playground')?.scrollIntoView();
  };
  addEventListener('hashchange', follow);
  follow();
}

async function start(root: HTMLElement): Promise<void> {
  root.textContent = 'Starting …';
  const text = await readEmbedded('playground-script');
  // The page's own policy knows the hash of exactly this text.
  const script = document.createElement('script');
  script.textContent = text;
  document.head.append(script);
  const { slotstormPlayground } = globalThis as { slotstormPlayground?: StartPlayground };
  root.textContent = slotstormPlayground === undefined ? 'This browser does not let the simulator run in this page.' : '';
  slotstormPlayground?.(root, Chart);
}
