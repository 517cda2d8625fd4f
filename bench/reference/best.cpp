// The product-shaped load as the best C++ we can write: the program of plain-arrays.ts, draw by draw and event by event,
// so that both must print the same counts and hash. Build: c++ -std=c++17 -O3 -march=native best.cpp
// Usage: best [requests] [seed]; prints one line of JSON.
#include <sys/resource.h>

#include <cstdint>
#include <cstdio>
#include <cstdlib>
#include <cstring>
#include <vector>

#include "draws.hpp"

namespace {

using draws::exponentialUs;
using draws::uniformBelow;

int requests = 6'000'000;

// ---- the load

constexpr int ACCOUNTS = 200;
constexpr int RUNNERS = 2'700;
constexpr int SLOTS = 40 * (2 + 4 + 10 + 20 + 40);
constexpr double SERVICE_US = 5e6;
constexpr double ARRIVAL_US = 1e6 / ((0.85 * SLOTS) / 5);
constexpr int LIMITS[5] = {2, 4, 10, 20, 40};
constexpr int REQUEUE_US[8] = {0, 1'000'000, 2'000'000, 4'000'000, 8'000'000, 16'000'000, 32'000'000, 60'000'000};
constexpr int TIMEOUT_US[4] = {60'000'000, 120'000'000, 300'000'000, 600'000'000};

struct Account {
  int limit;
  int inProgress;
};
Account accounts[ACCOUNTS];
uint8_t accountOfSlot[SLOTS];

// ---- the calendar

constexpr int BUCKET_BITS = 16;
constexpr int64_t BUCKETS = 1 << BUCKET_BITS;
constexpr int64_t MASK = BUCKETS - 1;
constexpr int32_t NONE = -1;
constexpr int32_t IN_HEAP = -1 - BUCKETS - 1;
constexpr int32_t DEAD = -1;
constexpr int NODES = 1 << 17;

struct Node {
  double time;
  int32_t seq, key, next, prev;
  int64_t spare;
};
struct Entry {
  double time;
  int32_t seq, node;
};
static_assert(sizeof(Node) == 32 && sizeof(Entry) == 16);

std::vector<Node> nodeMemory(NODES);
std::vector<Entry> heapMemory(NODES);
Node* const nodes = nodeMemory.data();
Entry* const heap = heapMemory.data();
int32_t heads[BUCKETS];
uint64_t bits0[BUCKETS >> 6];
uint64_t bits1[BUCKETS >> 12];
int32_t freeNode = 0;
int heapSize = 0;
int waiting = 0;
int32_t seq = 0;
int64_t cur = 0;
double now = 0;

inline int64_t bucketOf(double time) { return static_cast<int64_t>(time) >> 14; }

inline bool isBefore(const Entry& a, const Entry& b) { return a.time < b.time || (a.time == b.time && a.seq - b.seq < 0); }

inline void heapPush(int32_t id) {
  const Entry entry{nodes[id].time, nodes[id].seq, id};
  int at = heapSize++;
  while (at > 0) {
    const int parent = (at - 1) >> 2;
    if (!isBefore(entry, heap[parent])) break;
    heap[at] = heap[parent];
    at = parent;
  }
  heap[at] = entry;
}

inline void heapDrop() {
  const int last = --heapSize;
  const Entry entry = heap[last];
  int at = 0;
  for (;;) {
    const int from = at * 4 + 1;
    if (from >= last) break;
    const int end = from + 4 < last ? from + 4 : last;
    int best = from;
    for (int child = from + 1; child < end; child++)
      if (isBefore(heap[child], heap[best])) best = child;
    if (isBefore(entry, heap[best])) break;
    heap[at] = heap[best];
    at = best;
  }
  heap[at] = entry;
}

inline void setBit(int slot) {
  bits0[slot >> 6] |= 1ull << (slot & 63);
  bits1[slot >> 12] |= 1ull << ((slot >> 6) & 63);
}

inline void clearBit(int slot) {
  if ((bits0[slot >> 6] &= ~(1ull << (slot & 63))) == 0) bits1[slot >> 12] &= ~(1ull << ((slot >> 6) & 63));
}

int occupiedFrom(int from) {
  if (from >= BUCKETS) return -1;
  int at = from >> 6;
  const uint64_t here = bits0[at] & (~0ull << (from & 63));
  if (here) return (at << 6) | __builtin_ctzll(here);
  at++;
  for (int upper = at >> 6; upper < (BUCKETS >> 12); upper++) {
    const uint64_t words = upper == at >> 6 ? bits1[upper] & (~0ull << (at & 63)) : bits1[upper];
    if (!words) continue;
    const int found = (upper << 6) | __builtin_ctzll(words);
    return (found << 6) | __builtin_ctzll(bits0[found]);
  }
  return -1;
}

inline int32_t schedule(int32_t delayUs, int32_t key) {
  const int32_t id = freeNode;
  if (id == NONE) std::abort();
  Node& node = nodes[id];
  freeNode = node.next;
  node.time = now + delayUs;
  node.seq = seq;
  seq = static_cast<int32_t>(static_cast<uint32_t>(seq) + 1u);
  node.key = key;
  const int64_t bucket = bucketOf(node.time);
  const int64_t ahead = bucket - cur;
  if (ahead <= 0 || ahead >= BUCKETS) {
    node.prev = IN_HEAP;
    heapPush(id);
    return id;
  }
  const int slot = static_cast<int>(bucket & MASK);
  const int32_t first = heads[slot];
  node.next = first;
  node.prev = -1 - slot;
  if (first == NONE)
    setBit(slot);
  else
    nodes[first].prev = id;
  heads[slot] = id;
  waiting++;
  return id;
}

inline void release(int32_t id) {
  nodes[id].next = freeNode;
  freeNode = id;
}

inline void cancel(int32_t id) {
  Node& node = nodes[id];
  if (node.prev == IN_HEAP) {
    node.key = DEAD;
    return;
  }
  if (node.next != NONE) nodes[node.next].prev = node.prev;
  if (node.prev >= 0)
    nodes[node.prev].next = node.next;
  else {
    heads[-1 - node.prev] = node.next;
    if (node.next == NONE) clearBit(-1 - node.prev);
  }
  waiting--;
  release(id);
}

void openBucket(int slot) {
  for (int32_t id = heads[slot]; id != NONE;) {
    const int32_t next = nodes[id].next;
    nodes[id].prev = IN_HEAP;
    heapPush(id);
    waiting--;
    id = next;
  }
  heads[slot] = NONE;
  clearBit(slot);
}

inline bool surface() {
  for (;;) {
    const int64_t top = heapSize > 0 ? bucketOf(heap[0].time) : INT64_MAX;
    if (top <= cur) return true;
    if (waiting == 0) {
      if (heapSize == 0) return false;
      cur = top;
      return true;
    }
    const int here = static_cast<int>(cur & MASK);
    const int after = occupiedFrom(here + 1);
    const int64_t next = cur + (after >= 0 ? after - here : occupiedFrom(0) + BUCKETS - here);
    if (top < next) {
      cur = top;
      return true;
    }
    cur = next;
    openBucket(static_cast<int>(next & MASK));
  }
}

// ---- the model

enum Kind { ARRIVAL, RETRY, EXPIRY, END };
constexpr int KIND_AT = 28;
constexpr int SLOT_MASK = (1 << KIND_AT) - 1;
constexpr int POOL = 1 << 16;

struct Request {
  double submittedUs;
  int16_t account, refusals;
  int32_t service, retry, expiry, generation, spare;
};
struct Waiter {
  int32_t slot, generation;
};
static_assert(sizeof(Request) == 32);

std::vector<Request> pool(POOL);
Request* const request = pool.data();
Waiter line[POOL];
uint32_t histogram[8192];
int32_t freeRequest = 0;
int live = 0, submitted = 0, completed = 0, timedOut = 0, requeues = 0, starts = 0, ends = 0;
int freeRunners = RUNNERS;
uint32_t lineHead = 0, lineTail = 0;
int64_t events = 0;
uint32_t hash = 0x811c9dc5u;

inline void begin(int slot) {
  Request& one = request[slot];
  if (one.expiry != NONE) cancel(one.expiry);
  accounts[one.account].inProgress++;
  freeRunners--;
  starts++;
  const int32_t waitedUs = static_cast<int32_t>(now - one.submittedUs);
  const int leading = waitedUs == 0 ? 32 : __builtin_clz(waitedUs);
  const int shift = leading < 24 ? 24 - leading : 0;
  histogram[(shift << 7) + (waitedUs >> shift)]++;
  schedule(one.service, (END << KIND_AT) | slot);
}

inline void refuse(int slot) {
  Request& one = request[slot];
  if (one.refusals < 7) one.refusals++;
  requeues++;
  one.retry = schedule(REQUEUE_US[one.refusals], (RETRY << KIND_AT) | slot);
}

inline bool hasRoom(int slot) {
  const Account& account = accounts[request[slot].account];
  return account.inProgress < account.limit;
}

inline void dispatch(int slot) {
  if (freeRunners == 0) {
    line[lineTail++ & (POOL - 1)] = {slot, request[slot].generation};
    request[slot].retry = NONE;
  } else if (hasRoom(slot))
    begin(slot);
  else
    refuse(slot);
}

void advanceLine() {
  while (lineHead != lineTail && freeRunners > 0) {
    const Waiter waiter = line[lineHead++ & (POOL - 1)];
    if (request[waiter.slot].generation != waiter.generation) continue;
    if (hasRoom(waiter.slot))
      begin(waiter.slot);
    else
      refuse(waiter.slot);
  }
}

inline void forget(int slot) {
  request[slot].generation++;
  request[slot].retry = freeRequest;
  freeRequest = slot;
  live--;
}

inline void arrive() {
  const int slot = freeRequest;
  if (slot == NONE) std::abort();
  Request& one = request[slot];
  freeRequest = one.retry;
  const int account = accountOfSlot[uniformBelow(SLOTS)];
  one.submittedUs = now;
  one.account = static_cast<int16_t>(account);
  one.refusals = 0;
  one.service = exponentialUs(SERVICE_US);
  one.retry = NONE;
  one.expiry = NONE;
  live++;
  if (freeRunners > 0 && accounts[account].inProgress < accounts[account].limit)
    begin(slot);
  else {
    one.expiry = schedule(TIMEOUT_US[submitted & 3], (EXPIRY << KIND_AT) | slot);
    dispatch(slot);
  }
  if (++submitted < requests) schedule(exponentialUs(ARRIVAL_US), ARRIVAL << KIND_AT);
}

inline void expire(int slot) {
  if (request[slot].retry != NONE) cancel(request[slot].retry);
  timedOut++;
  forget(slot);
}

inline void end(int slot) {
  Account& account = accounts[request[slot].account];
  account.inProgress--;
  freeRunners++;
  ends++;
  completed++;
  forget(slot);
  if (account.inProgress < 0) std::abort();
  if (lineHead != lineTail) advanceLine();
}

inline void checkInvariants(int slot) {
  const Account& account = accounts[request[slot].account];
  if (account.inProgress > account.limit) std::abort();
  if (freeRunners < 0 || freeRunners > RUNNERS || starts - ends != RUNNERS - freeRunners) std::abort();
  if (submitted != completed + timedOut + live) std::abort();
}

inline void step() {
  const int32_t id = heap[0].node;
  const int32_t key = nodes[id].key;
  now = heap[0].time;
  uint64_t word;
  std::memcpy(&word, &now, sizeof word);
  heapDrop();
  release(id);
  if (key == DEAD) return;
  events++;
  hash = ((hash ^ static_cast<uint32_t>(word)) * 0x01000193u) ^ ((static_cast<uint32_t>(word >> 32) ^ static_cast<uint32_t>(key)) * 0x85ebca6bu);
  const int slot = key & SLOT_MASK;
  switch (key >> KIND_AT) {
    case ARRIVAL: arrive(); break;
    case END: end(slot); break;
    case RETRY: dispatch(slot); break;
    default: expire(slot);
  }
  checkInvariants(slot);
}

double cpuSeconds() {
  rusage usage;
  getrusage(RUSAGE_SELF, &usage);
  return usage.ru_utime.tv_sec + usage.ru_stime.tv_sec + (usage.ru_utime.tv_usec + usage.ru_stime.tv_usec) / 1e6;
}

void prepare(int seed) {
  for (int n = 0, slot = 0; n < ACCOUNTS; n++) {
    accounts[n] = {LIMITS[n % 5], 0};
    for (int k = 0; k < LIMITS[n % 5]; k++) accountOfSlot[slot++] = static_cast<uint8_t>(n);
  }
  draws::seed(seed);
  for (int n = 0; n < BUCKETS; n++) heads[n] = NONE;
  for (int n = 0; n < NODES; n++) nodes[n].next = n + 1 < NODES ? n + 1 : NONE;
  for (int n = 0; n < POOL; n++) request[n].retry = n + 1 < POOL ? n + 1 : NONE;
}

}  // namespace

int main(int count, char** arguments) {
  if (count > 1) requests = std::atoi(arguments[1]);
  prepare(count > 2 ? std::atoi(arguments[2]) : 1);
  const double before = cpuSeconds();
  schedule(exponentialUs(ARRIVAL_US), ARRIVAL << KIND_AT);
  while (surface()) step();
  const double seconds = cpuSeconds() - before;
  if (completed + timedOut != requests) return 1;
  std::printf("{\"engine\":\"C++\",\"work\":%d,\"cpuSeconds\":%.6f,\"events\":%lld,\"requeues\":%d,\"timeouts\":%d,\"hash\":\"%08x\"}\n", requests,
              seconds, static_cast<long long>(events), requeues, timedOut, hash);
}
