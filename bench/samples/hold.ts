import { EventCalendar } from '../../src/core/calendar.js';
import { RandomStream } from '../../src/core/random.js';
import { US_PER_SECOND } from '../../src/core/time.js';
import { countArgument, measureAndPrint } from '../sample.js';

/** The hold test: take the first of so many pending events, schedule one an exponential second later. Usage: node hold.js PENDING HOLDS */
const pending = countArgument(2, 'pending');
const holds = countArgument(3, 'holds');
const calendar = new EventCalendar();
const random = new RandomStream(1, 1, 1);

function drawUs(): number {
  return Math.round(random.exponential() * US_PER_SECOND);
}

function hold(times: number): void {
  for (let n = 0; n < times; n++) {
    const key = calendar.pop();
    calendar.scheduleIn(drawUs(), key);
  }
}

for (let n = 0; n < pending; n++) calendar.scheduleIn(drawUs(), n);
// Once through all that is pending, so that the mix of ages is the steady one and the code is compiled.
hold(Math.max(pending, 500_000));
measureAndPrint(() => {
  hold(holds);
  return { work: holds, atUs: calendar.nowUs };
});
