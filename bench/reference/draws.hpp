// Chance for the reference loops: two streams of xoshiro128** and the ziggurat, number by number those of draws.ts.
#pragma once

#include <cmath>
#include <cstdint>
#include <initializer_list>

namespace draws {

struct Stream {
  uint32_t s0, s1, s2, s3;
  uint32_t next() {
    const uint32_t times5 = s1 * 5;
    const uint32_t t2 = s2 ^ s0;
    const uint32_t t3 = s3 ^ s1;
    const uint32_t old1 = s1;
    s1 ^= t2;
    s0 ^= t3;
    s2 = t2 ^ (old1 << 9);
    s3 = (t3 << 11) | (t3 >> 21);
    return ((times5 << 7) | (times5 >> 25)) * 9;
  }
};
static Stream exponentialStream, uniformStream;

// 256 layers of equal area under e^-x.
constexpr double TAIL_FROM = 7.69711747013105;
constexpr double LAYER_AREA = 3.949659822581572e-3;
static double layerX[257], layerY[257];

inline int32_t mix(int32_t state) {
  uint32_t z = static_cast<uint32_t>(state) + 0x9e3779b9u;
  z = (z ^ (z >> 16)) * 0x21f0aaadu;
  z = (z ^ (z >> 15)) * 0x735a2d97u;
  return static_cast<int32_t>(z ^ (z >> 15));
}

inline void seed(int32_t state) {
  layerX[0] = LAYER_AREA / std::exp(-TAIL_FROM);
  layerX[1] = TAIL_FROM;
  for (int i = 2; i < 256; i++) layerX[i] = -std::log(LAYER_AREA / layerX[i - 1] + std::exp(-layerX[i - 1]));
  for (int i = 0; i <= 256; i++) layerY[i] = std::exp(-layerX[i]);
  for (Stream* stream : {&exponentialStream, &uniformStream})
    for (uint32_t* word : {&stream->s0, &stream->s1, &stream->s2, &stream->s3}) *word = static_cast<uint32_t>(state = mix(state));
}

inline double uniform53(uint32_t high, uint32_t low) { return ((high >> 5) * 67108864.0 + (low >> 6)) * 0x1p-53; }

inline double exponential() {
  for (;;) {
    const uint32_t high = exponentialStream.next();
    const uint32_t low = exponentialStream.next();
    const int layer = ((high & 31) << 3) | (low & 7);
    const double x = uniform53(high, low) * layerX[layer];
    if (__builtin_expect(x < layerX[layer + 1], 1)) return x;
    const uint32_t high2 = exponentialStream.next();
    const double u = uniform53(high2, exponentialStream.next());
    if (layer == 0) return TAIL_FROM - std::log(1 - u);
    if (layerY[layer] + (layerY[layer + 1] - layerY[layer]) * u < std::exp(-x)) return x;
  }
}

// Exponential with this mean, in whole microseconds.
inline int32_t exponentialUs(double meanUs) { return static_cast<int32_t>(exponential() * meanUs + 0.5); }

// One of 0, 1, .. count - 1.
inline int uniformBelow(int count) { return static_cast<int>(uniformStream.next() * 0x1p-32 * count); }

}  // namespace draws
