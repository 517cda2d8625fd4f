/**
 * The product-shaped load as the best JavaScript we can write: no class, no object, nothing but module-level arrays.
 * It says how far the platform is from what this machine allows; `best.cpp` is the same program, and both must print
 * the same counts and hash.
 *
 *   200 accounts, limits 2, 4, 10, 20, 40 in turn    one Poisson stream, 85 % of all slots, account ~ its limit
 *   service exponential, 5 s                         2,700 runners; none free: one FIFO line
 *   limit asked at dispatch; refused: 1, 2, 4 .. 32, then 60 s, and asked again
 *   start_timeout 60, 120, 300, 600 s, a quarter each, gone at the start
 *
 * Usage: node plain-arrays.js [requests] [seed]; prints one line of JSON.
 */
import { exponentialUs, seedDraws, uniformBelow } from './draws.js';

// One file on purpose: cut into a calendar and a model, the same lines take 5 % longer.

const requests = Number(process.argv[2] ?? 6_000_000);
const seed = Number(process.argv[3] ?? 1);

// ---- the load

const ACCOUNTS = 200;
const RUNNERS = 2_700;
const SERVICE_US = 5_000_000;
const limits = Int32Array.from({ length: ACCOUNTS }, (_, n) => [2, 4, 10, 20, 40][n % 5] as number);
const accountOfSlot = Uint8Array.from([...limits].flatMap((limit, n) => Array<number>(limit).fill(n)));
const SLOTS = accountOfSlot.length;
const ARRIVAL_US = 1e6 / ((0.85 * SLOTS) / 5);
const requeueUs = Int32Array.of(0, 1e6, 2e6, 4e6, 8e6, 16e6, 32e6, 60e6);
const timeoutUs = Int32Array.of(60e6, 120e6, 300e6, 600e6);

// ---- the numbers that change, in one array: cheaper than module-level `let`, whose every use V8 checks

type Cell = 0 | 1 | 2 | 3 | 4 | 5 | 6 | 7 | 8 | 9 | 10 | 11 | 12 | 13 | 14 | 15 | 16 | 17;
const cells = new Int32Array(18) as unknown as Record<Cell, number>;
const FREE_NODE = 0;
const HEAP_SIZE = 1;
const IN_BUCKETS = 2;
const NEXT_SEQ = 3;
const CURRENT = 4;
const FREE_REQUEST = 5;
const LIVE = 6;
const SUBMITTED = 7;
const COMPLETED = 8;
const TIMED_OUT = 9;
const REQUEUES = 10;
const STARTS = 11;
const ENDS = 12;
const FREE_RUNNERS = 13;
const LINE_HEAD = 14;
const LINE_TAIL = 15;
const EVENTS = 16;
const HASH = 17;

// ---- the calendar: 2^16 buckets of 2^14 µs before a 4-ary heap of opened buckets

const INVERSE_WIDTH = 2 ** -14;
const BUCKETS = 1 << 16;
const MASK = BUCKETS - 1;
const NODES = 1 << 17;
const NONE = -1;
const IN_HEAP = -1 - BUCKETS - 1;
const DEAD = -1;

// A node is 32 bytes: an f64 time and four i32. PREV below zero is the bucket whose first the node is, or IN_HEAP.
const SEQ = 2;
const KEY = 3;
const NEXT = 4;
const PREV = 5;
const nodeF64 = new Float64Array(NODES * 4);
const nodeI32 = new Int32Array(nodeF64.buffer);
const heads = new Int32Array(BUCKETS).fill(NONE);
// Which buckets are occupied: one bit a bucket, above it one bit a word.
const bits = new Int32Array(BUCKETS >> 5);
const bitsOfWords = new Int32Array(BUCKETS >> 10);
// An entry of the heap is 16 bytes: f64 time, i32 seq, i32 node.
const heapF64 = new Float64Array(NODES * 2);
const heapI32 = new Int32Array(heapF64.buffer);
const now = new Float64Array(1);

for (let id = 0; id < NODES; id++) nodeI32[id * 8 + NEXT] = id + 1 < NODES ? id + 1 : NONE;

function isBefore(time: number, order: number, entry: number): boolean {
  const other = heapF64[entry * 2] as number;
  return time < other || (time === other && ((order - (heapI32[entry * 4 + 2] as number)) | 0) < 0);
}

function heapPush(id: number): void {
  const time = nodeF64[id * 4] as number;
  const order = nodeI32[id * 8 + SEQ] as number;
  let at = cells[HEAP_SIZE]++;
  while (at > 0) {
    const parent = (at - 1) >> 2;
    if (!isBefore(time, order, parent)) break;
    heapF64[at * 2] = heapF64[parent * 2] as number;
    heapF64[at * 2 + 1] = heapF64[parent * 2 + 1] as number;
    at = parent;
  }
  heapF64[at * 2] = time;
  heapI32[at * 4 + 2] = order;
  heapI32[at * 4 + 3] = id;
}

function heapDrop(): void {
  const last = --cells[HEAP_SIZE];
  const time = heapF64[last * 2] as number;
  const order = heapI32[last * 4 + 2] as number;
  const tail = heapF64[last * 2 + 1] as number;
  let at = 0;
  for (;;) {
    const from = at * 4 + 1;
    if (from >= last) break;
    const end = from + 4 < last ? from + 4 : last;
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
  heapF64[at * 2] = time;
  heapF64[at * 2 + 1] = tail;
}

function setBit(slot: number): void {
  const word = slot >> 5;
  const before = bits[word] as number;
  bits[word] = before | (1 << (slot & 31));
  if (before === 0) bitsOfWords[word >> 5] = (bitsOfWords[word >> 5] as number) | (1 << (word & 31));
}

function clearBit(slot: number): void {
  const word = slot >> 5;
  const left = (bits[word] as number) & ~(1 << (slot & 31));
  bits[word] = left;
  if (left === 0) bitsOfWords[word >> 5] = (bitsOfWords[word >> 5] as number) & ~(1 << (word & 31));
}

function lowest(bits: number): number {
  return 31 - Math.clz32(bits & -bits);
}

/** The first occupied bucket from `slot` on, or -1. */
function occupiedFrom(slot: number): number {
  if (slot >= BUCKETS) return -1;
  const word = slot >> 5;
  const here = (bits[word] as number) & (-1 << (slot & 31));
  if (here !== 0) return (word << 5) | lowest(here);
  const next = word + 1;
  for (let upper = next >> 5; upper < bitsOfWords.length; upper++) {
    const words = (bitsOfWords[upper] as number) & (upper === next >> 5 ? -1 << (next & 31) : -1);
    if (words === 0) continue;
    const found = (upper << 5) | lowest(words);
    return (found << 5) | lowest(bits[found] as number);
  }
  return -1;
}

/** Schedules `key` so many microseconds from now; returns the node. */
function schedule(delayUs: number, key: number): number {
  const id = cells[FREE_NODE];
  if (id === NONE) throw new Error('more pending events than nodes');
  const base = id * 8;
  cells[FREE_NODE] = nodeI32[base + NEXT] as number;
  const time = (now[0] as number) + delayUs;
  nodeF64[id * 4] = time;
  nodeI32[base + SEQ] = cells[NEXT_SEQ];
  cells[NEXT_SEQ] = (cells[NEXT_SEQ] + 1) | 0;
  nodeI32[base + KEY] = key;
  const bucket = Math.floor(time * INVERSE_WIDTH);
  const ahead = bucket - cells[CURRENT];
  if (ahead <= 0 || ahead >= BUCKETS) {
    nodeI32[base + PREV] = IN_HEAP;
    heapPush(id);
    return id;
  }
  const slot = bucket & MASK;
  const first = heads[slot] as number;
  nodeI32[base + NEXT] = first;
  nodeI32[base + PREV] = -1 - slot;
  if (first === NONE) setBit(slot);
  else nodeI32[first * 8 + PREV] = id;
  heads[slot] = id;
  cells[IN_BUCKETS]++;
  return id;
}

function release(id: number): void {
  nodeI32[id * 8 + NEXT] = cells[FREE_NODE];
  cells[FREE_NODE] = id;
}

function cancel(id: number): void {
  const base = id * 8;
  const prev = nodeI32[base + PREV] as number;
  if (prev === IN_HEAP) {
    nodeI32[base + KEY] = DEAD;
    return;
  }
  const next = nodeI32[base + NEXT] as number;
  if (next !== NONE) nodeI32[next * 8 + PREV] = prev;
  if (prev >= 0) nodeI32[prev * 8 + NEXT] = next;
  else {
    heads[-1 - prev] = next;
    if (next === NONE) clearBit(-1 - prev);
  }
  cells[IN_BUCKETS]--;
  release(id);
}

function openBucket(slot: number): void {
  let id = heads[slot] as number;
  while (id !== NONE) {
    const next = nodeI32[id * 8 + NEXT] as number;
    nodeI32[id * 8 + PREV] = IN_HEAP;
    heapPush(id);
    cells[IN_BUCKETS]--;
    id = next;
  }
  heads[slot] = NONE;
  clearBit(slot);
}

/** Makes the heap's top the first event of all. */
function surface(): boolean {
  for (;;) {
    const top = cells[HEAP_SIZE] > 0 ? Math.floor((heapF64[0] as number) * INVERSE_WIDTH) : Number.POSITIVE_INFINITY;
    if (top <= cells[CURRENT]) return true;
    if (cells[IN_BUCKETS] === 0) {
      if (cells[HEAP_SIZE] === 0) return false;
      cells[CURRENT] = top;
      return true;
    }
    const here = cells[CURRENT] & MASK;
    const after = occupiedFrom(here + 1);
    const next = cells[CURRENT] + (after >= 0 ? after - here : occupiedFrom(0) + BUCKETS - here);
    if (top < next) {
      cells[CURRENT] = top;
      return true;
    }
    cells[CURRENT] = next;
    openBucket(next & MASK);
  }
}

// ---- the model

const ARRIVAL = 0;
const RETRY = 1;
const EXPIRY = 2;
const END = 3;
const KIND_AT = 28;
const ID_MASK = (1 << KIND_AT) - 1;

// A request is 32 bytes: f64 submitted, then i32. ACCOUNT has the refusals above its 8 bits. A free one keeps the next free one in RETRY_EVENT.
const ACCOUNT = 2;
const SERVICE = 3;
const RETRY_EVENT = 4;
const EXPIRY_EVENT = 5;
const GENERATION = 6;
const POOL = 1 << 16;
const requestF64 = new Float64Array(POOL * 4);
const requestI32 = new Int32Array(requestF64.buffer);
const inProgress = new Int32Array(ACCOUNTS);
/** Requests for which no runner was free: request, generation. */
const line = new Int32Array(POOL * 2);
const histogram = new Uint32Array(8192);

for (let id = 0; id < POOL; id++) requestI32[id * 8 + RETRY_EVENT] = id + 1 < POOL ? id + 1 : NONE;

function begin(id: number): void {
  const base = id * 8;
  const account = (requestI32[base + ACCOUNT] as number) & 255;
  const expiry = requestI32[base + EXPIRY_EVENT] as number;
  if (expiry !== NONE) cancel(expiry);
  inProgress[account] = (inProgress[account] as number) + 1;
  cells[FREE_RUNNERS]--;
  cells[STARTS]++;
  const waitedUs = ((now[0] as number) - (requestF64[id * 4] as number)) | 0;
  const shift = Math.max(0, 24 - Math.clz32(waitedUs));
  const bucket = (shift << 7) + (waitedUs >> shift);
  histogram[bucket] = (histogram[bucket] as number) + 1;
  schedule(requestI32[base + SERVICE] as number, (END << KIND_AT) | id);
}

function refuse(id: number): void {
  const base = id * 8;
  const packed = requestI32[base + ACCOUNT] as number;
  const refusals = Math.min(7, (packed >> 8) + 1);
  requestI32[base + ACCOUNT] = (packed & 255) | (refusals << 8);
  cells[REQUEUES]++;
  requestI32[base + RETRY_EVENT] = schedule(requeueUs[refusals] as number, (RETRY << KIND_AT) | id);
}

function hasRoom(id: number): boolean {
  const account = (requestI32[id * 8 + ACCOUNT] as number) & 255;
  return (inProgress[account] as number) < (limits[account] as number);
}

function dispatch(id: number): void {
  if (cells[FREE_RUNNERS] === 0) {
    const at = (cells[LINE_TAIL]++ & (POOL - 1)) * 2;
    line[at] = id;
    line[at + 1] = requestI32[id * 8 + GENERATION] as number;
    requestI32[id * 8 + RETRY_EVENT] = NONE;
  } else if (hasRoom(id)) begin(id);
  else refuse(id);
}

/** A runner is free: the first of the line that is still there and has room takes it. */
function advanceLine(): void {
  while (cells[LINE_HEAD] !== cells[LINE_TAIL] && cells[FREE_RUNNERS] > 0) {
    const at = (cells[LINE_HEAD]++ & (POOL - 1)) * 2;
    const id = line[at] as number;
    if (requestI32[id * 8 + GENERATION] !== line[at + 1]) continue;
    if (hasRoom(id)) begin(id);
    else refuse(id);
  }
}

function forget(id: number): void {
  const base = id * 8;
  requestI32[base + GENERATION] = ((requestI32[base + GENERATION] as number) + 1) | 0;
  requestI32[base + RETRY_EVENT] = cells[FREE_REQUEST];
  cells[FREE_REQUEST] = id;
  cells[LIVE]--;
}

function arrive(): void {
  const id = cells[FREE_REQUEST];
  if (id === NONE) throw new Error('more requests at once than the pool holds');
  const base = id * 8;
  cells[FREE_REQUEST] = requestI32[base + RETRY_EVENT] as number;
  const account = accountOfSlot[uniformBelow(SLOTS)] as number;
  requestF64[id * 4] = now[0] as number;
  requestI32[base + ACCOUNT] = account;
  requestI32[base + SERVICE] = exponentialUs(SERVICE_US);
  requestI32[base + RETRY_EVENT] = NONE;
  requestI32[base + EXPIRY_EVENT] = NONE;
  cells[LIVE]++;
  dispatchNew(id, account);
  if (++cells[SUBMITTED] < requests) schedule(exponentialUs(ARRIVAL_US), ARRIVAL << KIND_AT);
}

/** A request that starts at once needs no timeout. */
function dispatchNew(id: number, account: number): void {
  if (cells[FREE_RUNNERS] > 0 && (inProgress[account] as number) < (limits[account] as number)) {
    begin(id);
    return;
  }
  requestI32[id * 8 + EXPIRY_EVENT] = schedule(timeoutUs[cells[SUBMITTED] & 3] as number, (EXPIRY << KIND_AT) | id);
  dispatch(id);
}

function expire(id: number): void {
  const retry = requestI32[id * 8 + RETRY_EVENT] as number;
  if (retry !== NONE) cancel(retry);
  cells[TIMED_OUT]++;
  forget(id);
}

function end(id: number): void {
  const account = (requestI32[id * 8 + ACCOUNT] as number) & 255;
  inProgress[account] = (inProgress[account] as number) - 1;
  cells[FREE_RUNNERS]++;
  cells[ENDS]++;
  cells[COMPLETED]++;
  forget(id);
  if ((inProgress[account] as number) < 0) throw new Error(`account ${account} gave back more slots than it took`);
  if (cells[LINE_HEAD] !== cells[LINE_TAIL]) advanceLine();
}

function checkInvariants(id: number): void {
  const account = (requestI32[id * 8 + ACCOUNT] as number) & 255;
  if ((inProgress[account] as number) > (limits[account] as number)) throw new Error(`account ${account} is over its limit`);
  if (cells[FREE_RUNNERS] < 0 || cells[FREE_RUNNERS] > RUNNERS || cells[STARTS] - cells[ENDS] !== RUNNERS - cells[FREE_RUNNERS])
    throw new Error('runners and slots in use disagree');
  if (cells[SUBMITTED] !== cells[COMPLETED] + cells[TIMED_OUT] + cells[LIVE]) throw new Error('a request was lost or counted twice');
}

function step(): void {
  const node = heapI32[3] as number;
  const key = nodeI32[node * 8 + KEY] as number;
  now[0] = heapF64[0] as number;
  const low = nodeI32[node * 8] as number;
  const high = nodeI32[node * 8 + 1] as number;
  heapDrop();
  release(node);
  if (key === DEAD) return;
  cells[EVENTS]++;
  cells[HASH] = Math.imul(cells[HASH] ^ low, 0x01000193) ^ Math.imul(high ^ key, 0x85ebca6b);
  const id = key & ID_MASK;
  const kind = key >>> KIND_AT;
  if (kind === ARRIVAL) arrive();
  else if (kind === END) end(id);
  else if (kind === RETRY) dispatch(id);
  else expire(id);
  checkInvariants(id);
}

seedDraws(seed);
cells[FREE_RUNNERS] = RUNNERS;
cells[HASH] = 0x811c9dc5;
const before = process.cpuUsage();
schedule(exponentialUs(ARRIVAL_US), ARRIVAL << KIND_AT);
while (surface()) step();
const { user, system } = process.cpuUsage(before);

if (cells[COMPLETED] + cells[TIMED_OUT] !== requests)
  throw new Error(`${requests} requests came in, ${cells[COMPLETED]} were completed and ${cells[TIMED_OUT]} timed out`);
console.log(
  JSON.stringify({
    engine: 'plain arrays',
    work: requests,
    cpuSeconds: (user + system) / 1e6,
    events: cells[EVENTS],
    requeues: cells[REQUEUES],
    timeouts: cells[TIMED_OUT],
    hash: (cells[HASH] >>> 0).toString(16).padStart(8, '0'),
  }),
);
