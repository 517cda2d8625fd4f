import { EventCalendar } from '../../src/core/calendar.js';
import { Purpose, RandomStream } from '../../src/core/random.js';
import { US_PER_SECOND } from '../../src/core/time.js';
import { PRODUCT_ACCOUNTS } from '../loads.js';
import { countArgument, measureAndPrint } from '../sample.js';

/** One part of the product-shaped load without the rest. Usage: node parts.js calendar|draws REQUESTS */
const PENDING = 5_600;
const MEAN_DELAY_US = 3 * US_PER_SECOND;
const TIMEOUT_US = 300 * US_PER_SECOND;

const part = process.argv[2];
const requests = countArgument(3, 'requests');

/** Two draws a request, from streams of its account. */
function draws(): number {
  const streams = Array.from({ length: 2 * PRODUCT_ACCOUNTS }, (_, n) => new RandomStream(1, n & 1 ? Purpose.service : Purpose.arrivals, n >> 1));
  let sum = 0;
  for (let n = 0; n < 2 * requests; n++) sum += Math.round((streams[n % streams.length] as RandomStream).exponential() * US_PER_SECOND);
  return sum;
}

/** Five events for every two requests, and a timeout for one of the two, which is taken back. */
function calendar(): number {
  const events = new EventCalendar();
  const random = new RandomStream(1, Purpose.fault, 1);
  const delaysUs = Int32Array.from({ length: 4096 }, () => Math.round(random.exponential() * MEAN_DELAY_US));
  for (let n = 0; n < PENDING; n++) events.scheduleIn(delaysUs[n & 4095] as number, n);
  for (let n = 0; n < requests; n += 2) {
    const timeout = events.scheduleIn(TIMEOUT_US, 0);
    for (let event = 0; event < 5; event++) events.scheduleIn(delaysUs[(n + event) & 4095] as number, events.pop());
    events.cancel(timeout);
  }
  return events.nowUs;
}

const PARTS = { calendar, draws };
const run = PARTS[part as keyof typeof PARTS];
if (run === undefined) throw new Error(`expected one of ${Object.keys(PARTS).join(', ')}, got ${part ?? 'nothing'}`);
measureAndPrint(() => ({ work: requests, sum: run() }));
