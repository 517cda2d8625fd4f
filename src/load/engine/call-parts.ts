import type { ClientSink } from '../../measure/client-calls.js';
import type { CallWatcher } from '../../sim/open-calls.js';
import type { Follow } from '../driver.js';
import type { CallTimers } from './call-timers.js';
import type { LiveCall } from './live-call.js';
import type { LoadClock } from './load-clock.js';
import type { PaceMeter } from './pace-meter.js';
import type { StreamPlaces } from './stream-places.js';
import type { Wire } from './wire.js';

/** What all calls of a load process are made with. */
export interface CallParts {
  readonly clock: LoadClock;
  readonly timers: CallTimers;
  readonly wire: Wire;
  readonly meter: PaceMeter;
  readonly sink: ClientSink;
  readonly book: CallBook;
  readonly places: StreamPlaces;
  readonly seed: number;
  readonly follow: Follow;
  readonly takesHints: boolean;
}

/** Knows the calls that are under way. */
export interface CallBook {
  /** Nothing of it is left. */
  closed(call: LiveCall): void;
  /** The caller of a call may make another one. */
  callerIsFree(watcher: CallWatcher): void;
}
