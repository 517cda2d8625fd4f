/** Chance for the reference loops: two streams of xoshiro128**, drawn 1,024 numbers at a time. `draws.hpp` is the same. */
const BATCH = 1024;
const exponentials = new Float64Array(BATCH);
const uniforms = new Float64Array(BATCH);
/** The state of the two streams, and how far each batch is used up. */
const words = new Int32Array(8);
const used = Int32Array.of(BATCH, BATCH) as unknown as Record<0 | 1, number>;

/** The ziggurat for the exponential: 256 layers of equal area under e^-x. */
const TAIL_FROM = 7.69711747013105;
const LAYER_AREA = 3.949659822581572e-3;
const layerX = new Float64Array(257);
const layerY = new Float64Array(257);
layerX[0] = LAYER_AREA / Math.exp(-TAIL_FROM);
layerX[1] = TAIL_FROM;
for (let i = 2; i < 256; i++) layerX[i] = -Math.log(LAYER_AREA / (layerX[i - 1] as number) + Math.exp(-(layerX[i - 1] as number)));
for (let i = 0; i <= 256; i++) layerY[i] = Math.exp(-(layerX[i] as number));

function mix(state: number): number {
  let z = (state + 0x9e3779b9) | 0;
  z = Math.imul(z ^ (z >>> 16), 0x21f0aaad);
  z = Math.imul(z ^ (z >>> 15), 0x735a2d97);
  return z ^ (z >>> 15);
}

export function seedDraws(seed: number): void {
  for (let n = 0, state = seed; n < 8; n++) words[n] = state = mix(state);
}

function nextWord(stream: number): number {
  const s0 = words[stream] as number;
  const s1 = words[stream + 1] as number;
  const s2 = (words[stream + 2] as number) ^ s0;
  const s3 = (words[stream + 3] as number) ^ s1;
  const times5 = Math.imul(s1, 5);
  words[stream] = s0 ^ s3;
  words[stream + 1] = s1 ^ s2;
  words[stream + 2] = s2 ^ (s1 << 9);
  words[stream + 3] = (s3 << 11) | (s3 >>> 21);
  return Math.imul((times5 << 7) | (times5 >>> 25), 9);
}

function exponential(): number {
  for (;;) {
    const high = nextWord(0);
    const low = nextWord(0);
    // The layer comes from bits that the 53-bit uniform leaves out.
    const layer = ((high & 31) << 3) | (low & 7);
    const x = ((high >>> 5) * 0x400_0000 + (low >>> 6)) * 2 ** -53 * (layerX[layer] as number);
    if (x < (layerX[layer + 1] as number)) return x;
    const u = ((nextWord(0) >>> 5) * 0x400_0000 + (nextWord(0) >>> 6)) * 2 ** -53;
    if (layer === 0) return TAIL_FROM - Math.log(1 - u);
    const floor = layerY[layer] as number;
    if (floor + ((layerY[layer + 1] as number) - floor) * u < Math.exp(-x)) return x;
  }
}

function refillExponentials(): void {
  for (let n = 0; n < BATCH; n++) exponentials[n] = exponential();
  used[0] = 0;
}

function refillUniforms(): void {
  for (let n = 0; n < BATCH; n++) uniforms[n] = (nextWord(4) >>> 0) * 2 ** -32;
  used[1] = 0;
}

/** Exponential with this mean, in whole µs. */
export function exponentialUs(meanUs: number): number {
  if (used[0] === BATCH) refillExponentials();
  return ((exponentials[used[0]++] as number) * meanUs + 0.5) | 0;
}

/** One of 0, 1, .. count - 1. */
export function uniformBelow(count: number): number {
  if (used[1] === BATCH) refillUniforms();
  return ((uniforms[used[1]++] as number) * count) | 0;
}
