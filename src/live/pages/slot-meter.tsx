import { plural } from '../../report/format.js';

/** More squares than this say nothing. */
const MOST_SQUARES = 64;

/** One square a slot: free, at work, stuck, or above the limit. The sentence before it has the numbers. */
export function SlotMeter({ limit, live, ghosts }: { limit: number; live: number; ghosts: number }) {
  const squares = Math.max(limit, live);
  if (squares > MOST_SQUARES) return null;
  const working = Math.max(0, live - ghosts);
  const looks = Array.from({ length: squares }, (_, at) => (at < ghosts ? 'ghost' : at < ghosts + working ? (at < limit ? 'working' : 'over') : 'free'));
  return (
    <>
      <div role="img" aria-label={`${plural(working, 'slot')} at work, ${ghosts} stuck, ${Math.max(0, limit - live)} free`}>
        <Squares looks={looks} />
      </div>
      <p class="legend" aria-hidden="true">
        <Legend look="ghost" text="stuck" isShown={ghosts > 0} />
        <Legend look="working" text="at work" isShown={working > 0} />
        <Legend look="over" text="above the limit" isShown={live > limit} />
        <Legend look="free" text="free" isShown={live < limit} />
      </p>
    </>
  );
}

function Squares({ looks }: { looks: readonly string[] }) {
  return (
    <span class="meter">
      {looks.map((look) => (
        <i class={look} />
      ))}
    </span>
  );
}

function Legend({ look, text, isShown }: { look: string; text: string; isShown: boolean }) {
  if (!isShown) return null;
  return (
    <>
      <Squares looks={[look]} />
      {text}
    </>
  );
}
