/**
 * M/M/40 at load 0.9, FIFO, as a textbook loop in plain arrays: one 4-ary heap of the next arrival and up to 40 departures,
 * "take one, schedule one" served by replacing the top. `mmc.cpp` is the same program, and both must print the same counts.
 *
 * Usage: node mmc-arrays.js [customers] [seed]; prints one line of JSON.
 */
import { exponentialUs, seedDraws } from './draws.js';

const customers = Number(process.argv[2] ?? 3_000_000);
const seed = Number(process.argv[3] ?? 1);

const SERVERS = 40;
const SERVICE_US = 5_000_000;
const ARRIVAL_US = SERVICE_US / (0.9 * SERVERS);

// ---- every number that changes, in one array: cheaper than module-level `let`, which V8 checks at every use

type Cell = 0 | 1 | 2 | 3 | 4 | 5 | 6 | 7 | 8;
const cells = new Int32Array(9) as unknown as Record<Cell, number>;
const HEAP_SIZE = 0;
const SEQ = 1;
const BUSY = 2;
const CAME = 3;
const WENT = 4;
const WAITED = 5;
const LINE_HEAD = 6;
const LINE_TAIL = 7;
const HASH = 8;

// ---- the heap: 16 bytes an entry, f64 time, i32 seq, i32 kind

const heapF64 = new Float64Array(64 * 2);
const heapI32 = new Int32Array(heapF64.buffer);
const now = new Float64Array(1);

const ARRIVAL = 0;
const DEPARTURE = 1;

function isBefore(time: number, order: number, entry: number): boolean {
  const other = heapF64[entry * 2] as number;
  return time < other || (time === other && ((order - (heapI32[entry * 4 + 2] as number)) | 0) < 0);
}

function write(at: number, time: number, order: number, kind: number): void {
  heapF64[at * 2] = time;
  heapI32[at * 4 + 2] = order;
  heapI32[at * 4 + 3] = kind;
}

function push(delayUs: number, kind: number): void {
  const time = (now[0] as number) + delayUs;
  const order = cells[SEQ]++;
  let at = cells[HEAP_SIZE]++;
  while (at > 0) {
    const parent = (at - 1) >> 2;
    if (!isBefore(time, order, parent)) break;
    heapF64[at * 2] = heapF64[parent * 2] as number;
    heapF64[at * 2 + 1] = heapF64[parent * 2 + 1] as number;
    at = parent;
  }
  write(at, time, order, kind);
}

/** Puts an event in the place of the first one. */
function replaceTop(delayUs: number, kind: number): void {
  sink((now[0] as number) + delayUs, cells[SEQ]++, kind);
}

function drop(): void {
  const last = --cells[HEAP_SIZE];
  sink(heapF64[last * 2] as number, heapI32[last * 4 + 2] as number, heapI32[last * 4 + 3] as number);
}

function sink(time: number, order: number, kind: number): void {
  const size = cells[HEAP_SIZE];
  let at = 0;
  for (;;) {
    const from = at * 4 + 1;
    if (from >= size) break;
    const end = from + 4 < size ? from + 4 : size;
    let best = from;
    let bestTime = heapF64[from * 2] as number;
    for (let child = from + 1; child < end; child++) {
      const childTime = heapF64[child * 2] as number;
      if (childTime > bestTime) continue;
      if (childTime === bestTime && (((heapI32[child * 4 + 2] as number) - (heapI32[best * 4 + 2] as number)) | 0) > 0) continue;
      best = child;
      bestTime = childTime;
    }
    if (isBefore(time, order, best)) break;
    heapF64[at * 2] = bestTime;
    heapF64[at * 2 + 1] = heapF64[best * 2 + 1] as number;
    at = best;
  }
  write(at, time, order, kind);
}

// ---- the model

const LINE = 1 << 16;
const line = new Float64Array(LINE);
const histogram = new Uint32Array(8192);
const waitSum = new Float64Array(1);

function record(waitedUs: number): void {
  const shift = Math.max(0, 24 - Math.clz32(waitedUs));
  const bucket = (shift << 7) + (waitedUs >> shift);
  histogram[bucket] = (histogram[bucket] as number) + 1;
  waitSum[0] = (waitSum[0] as number) + waitedUs;
}

function arrive(): void {
  if (++cells[CAME] < customers) replaceTop(exponentialUs(ARRIVAL_US), ARRIVAL);
  else drop();
  if (cells[BUSY] < SERVERS) {
    cells[BUSY]++;
    record(0);
    push(exponentialUs(SERVICE_US), DEPARTURE);
    return;
  }
  if (cells[LINE_TAIL] - cells[LINE_HEAD] === LINE) throw new Error('more customers in line than there is room for');
  line[cells[LINE_TAIL]++ & (LINE - 1)] = now[0] as number;
}

function depart(): void {
  cells[WENT]++;
  if (cells[LINE_HEAD] === cells[LINE_TAIL]) {
    cells[BUSY]--;
    drop();
    return;
  }
  cells[WAITED]++;
  record(((now[0] as number) - (line[cells[LINE_HEAD]++ & (LINE - 1)] as number)) | 0);
  replaceTop(exponentialUs(SERVICE_US), DEPARTURE);
}

seedDraws(seed);
cells[HASH] = 0x811c9dc5;
const before = process.cpuUsage();
push(exponentialUs(ARRIVAL_US), ARRIVAL);
while (cells[HEAP_SIZE] > 0) {
  const kind = heapI32[3] as number;
  now[0] = heapF64[0] as number;
  cells[HASH] = Math.imul(cells[HASH] ^ (heapI32[0] as number), 0x01000193) ^ Math.imul((heapI32[1] as number) ^ kind, 0x85ebca6b);
  if (kind === ARRIVAL) arrive();
  else depart();
}
const { user, system } = process.cpuUsage(before);

if (cells[WENT] !== customers) throw new Error(`${customers} customers came, ${cells[WENT]} went`);
console.log(
  JSON.stringify({
    engine: 'plain arrays',
    work: customers,
    cpuSeconds: (user + system) / 1e6,
    events: 2 * customers,
    waited: cells[WAITED],
    meanWaitUs: Math.round((waitSum[0] as number) / customers),
    hash: (cells[HASH] >>> 0).toString(16).padStart(8, '0'),
  }),
);
