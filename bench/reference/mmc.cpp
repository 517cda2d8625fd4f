// M/M/40 at load 0.9, FIFO, as a textbook loop in C++: the program of mmc-arrays.ts, draw by draw and event by event, so that
// both must print the same counts and hash. Build: c++ -std=c++17 -O3 -march=native mmc.cpp
// Usage: mmc [customers] [seed]; prints one line of JSON.
#include <sys/resource.h>

#include <cmath>
#include <cstdint>
#include <cstdio>
#include <cstdlib>
#include <cstring>

#include "draws.hpp"

namespace {

using draws::exponentialUs;

constexpr int SERVERS = 40;
constexpr double SERVICE_US = 5e6;
constexpr double ARRIVAL_US = SERVICE_US / (0.9 * SERVERS);
int customers = 3'000'000;

// ---- the heap

enum Kind { ARRIVAL, DEPARTURE };

struct Entry {
  double time;
  int32_t seq, kind;
};
Entry heap[64];
int heapSize = 0;
int32_t seq = 0;
double now = 0;

inline bool isBefore(const Entry& a, const Entry& b) { return a.time < b.time || (a.time == b.time && a.seq - b.seq < 0); }

inline void push(int32_t delayUs, Kind kind) {
  const Entry entry{now + delayUs, seq++, kind};
  int at = heapSize++;
  while (at > 0) {
    const int parent = (at - 1) >> 2;
    if (!isBefore(entry, heap[parent])) break;
    heap[at] = heap[parent];
    at = parent;
  }
  heap[at] = entry;
}

inline void sink(const Entry entry) {
  int at = 0;
  for (;;) {
    const int from = at * 4 + 1;
    if (from >= heapSize) break;
    const int end = from + 4 < heapSize ? from + 4 : heapSize;
    int best = from;
    for (int child = from + 1; child < end; child++)
      if (isBefore(heap[child], heap[best])) best = child;
    if (isBefore(entry, heap[best])) break;
    heap[at] = heap[best];
    at = best;
  }
  heap[at] = entry;
}

inline void replaceTop(int32_t delayUs, Kind kind) { sink({now + delayUs, seq++, kind}); }

inline void drop() {
  heapSize--;
  sink(heap[heapSize]);
}

// ---- the model

constexpr uint32_t LINE = 1 << 16;
double line[LINE];
uint32_t histogram[8192];
double waitSum = 0;
uint32_t lineHead = 0, lineTail = 0;
int busy = 0, came = 0, went = 0, waited = 0;

inline void record(int32_t waitedUs) {
  const int leading = waitedUs == 0 ? 32 : __builtin_clz(waitedUs);
  const int shift = leading < 24 ? 24 - leading : 0;
  histogram[(shift << 7) + (waitedUs >> shift)]++;
  waitSum += waitedUs;
}

inline void arrive() {
  if (++came < customers)
    replaceTop(exponentialUs(ARRIVAL_US), ARRIVAL);
  else
    drop();
  if (busy < SERVERS) {
    busy++;
    record(0);
    push(exponentialUs(SERVICE_US), DEPARTURE);
    return;
  }
  if (lineTail - lineHead == LINE) std::abort();
  line[lineTail++ & (LINE - 1)] = now;
}

inline void depart() {
  went++;
  if (lineHead == lineTail) {
    busy--;
    drop();
    return;
  }
  waited++;
  record(static_cast<int32_t>(now - line[lineHead++ & (LINE - 1)]));
  replaceTop(exponentialUs(SERVICE_US), DEPARTURE);
}

double cpuSeconds() {
  rusage usage;
  getrusage(RUSAGE_SELF, &usage);
  return usage.ru_utime.tv_sec + usage.ru_stime.tv_sec + (usage.ru_utime.tv_usec + usage.ru_stime.tv_usec) / 1e6;
}

}  // namespace

int main(int count, char** arguments) {
  if (count > 1) customers = std::atoi(arguments[1]);
  draws::seed(count > 2 ? std::atoi(arguments[2]) : 1);
  uint32_t hash = 0x811c9dc5u;
  const double before = cpuSeconds();
  push(exponentialUs(ARRIVAL_US), ARRIVAL);
  while (heapSize > 0) {
    const int kind = heap[0].kind;
    now = heap[0].time;
    uint64_t word;
    std::memcpy(&word, &now, sizeof word);
    hash = ((hash ^ static_cast<uint32_t>(word)) * 0x01000193u) ^ ((static_cast<uint32_t>(word >> 32) ^ static_cast<uint32_t>(kind)) * 0x85ebca6bu);
    if (kind == ARRIVAL)
      arrive();
    else
      depart();
  }
  const double seconds = cpuSeconds() - before;
  if (went != customers) return 1;
  std::printf("{\"engine\":\"C++\",\"work\":%d,\"cpuSeconds\":%.6f,\"events\":%lld,\"waited\":%d,\"meanWaitUs\":%.0f,\"hash\":\"%08x\"}\n", customers,
              seconds, 2LL * customers, waited, std::floor(waitSum / customers + 0.5), hash);
}
