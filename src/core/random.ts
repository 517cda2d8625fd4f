/**
 * Chance, keyed and never shared: a stream is a function of (seed, purpose, entity). Adding a fault or changing a
 * policy therefore leaves arrivals and service demands untouched (common random numbers).
 */

/** Version of the scheme below. Results carry it; results of different versions are not comparable. */
export const RANDOM_SCHEME = 2;

/** What every stream's key begins with. */
const ROOT = 1;

/** What a stream is used for. Numbers are part of the scheme: append, never renumber. */
export const Purpose = {
  arrivals: 1,
  service: 2,
  requeueJitter: 3,
  clientJitter: 4,
  fault: 5,
  failure: 6,
  patience: 7,
  thinkTime: 8,
  coldStart: 9,
  /** How long an on/off process stays in each of its phases. */
  phase: 10,
  batchSize: 11,
  /** What a disturbed link does to each message. */
  message: 12,
  /** Which requests need a child, and how long those work. */
  child: 13,
  /** What a fake model draws for its answer. */
  answer: 14,
} as const;
export type Purpose = (typeof Purpose)[keyof typeof Purpose];

/** One round of the 32-bit mixer that seeds the streams. */
function mix(state: number, word: number): number {
  let z = (state ^ word) + 0x9e3779b9;
  z = Math.imul(z ^ (z >>> 16), 0x21f0aaad);
  z = Math.imul(z ^ (z >>> 15), 0x735a2d97);
  return z ^ (z >>> 15);
}

/**
 * The ziggurat for the exponential: 256 layers of equal area under e^-x (Marsaglia and Tsang, 2000). A draw takes a
 * logarithm in fewer than one of a hundred cases.
 */
const LAYERS = 256;
const TAIL_FROM = 7.69711747013105;
const LAYER_AREA = 3.949659822581572e-3;
const layerX = new Float64Array(LAYERS + 1);
const layerY = new Float64Array(LAYERS + 1);
layerX[0] = LAYER_AREA / Math.exp(-TAIL_FROM);
layerX[1] = TAIL_FROM;
for (let i = 2; i < LAYERS; i++) layerX[i] = -Math.log(LAYER_AREA / (layerX[i - 1] as number) + Math.exp(-(layerX[i - 1] as number)));
for (let i = 0; i <= LAYERS; i++) layerY[i] = Math.exp(-(layerX[i] as number));

/** A stream that depends on nothing but its key: the n-th of an entity. */
export function keyedStream(seed: number, purpose: Purpose, entity: number, nth: number): RandomStream {
  // One after the other: mixed together, (1, 2) and (2, 1) would be one key. Scheme 1 did that.
  return new RandomStream(seed, purpose, mix(mix(ROOT, entity), nth));
}

/** One uniform draw in [0, 1) that depends on nothing but its key: the n-th of an entity. */
export function keyedUniform(seed: number, purpose: Purpose, entity: number, nth: number): number {
  return keyedStream(seed, purpose, entity, nth).uniform();
}

/** A seeded stream of numbers: xoshiro128** on four 32-bit words. */
export class RandomStream {
  private s0: number;
  private s1: number;
  private s2: number;
  private s3: number;

  constructor(seed: number, purpose: Purpose, entity: number) {
    const state = mix(mix(mix(mix(ROOT, seed | 0), Math.floor(seed / 2 ** 32) | 0), purpose), entity);
    this.s0 = mix(state, 1);
    this.s1 = mix(this.s0, 2);
    this.s2 = mix(this.s1, 3);
    this.s3 = mix(this.s2, 4);
    if ((this.s0 | this.s1 | this.s2 | this.s3) === 0) this.s0 = 1;
  }

  /** The next 32 bits, as a signed integer: those are small integers to V8, unsigned ones are not. */
  private nextInt32(): number {
    const { s1 } = this;
    const times5 = Math.imul(s1, 5);
    const s2 = this.s2 ^ this.s0;
    const s3 = this.s3 ^ s1;
    this.s1 = s1 ^ s2;
    this.s0 ^= s3;
    this.s2 = s2 ^ (s1 << 9);
    this.s3 = (s3 << 11) | (s3 >>> 21);
    return Math.imul((times5 << 7) | (times5 >>> 25), 9);
  }

  /** The next 32 bits, as an unsigned integer. */
  nextUint32(): number {
    return this.nextInt32() >>> 0;
  }

  /** Uniform in [0, 1), 53 bits. */
  uniform(): number {
    const high = this.nextInt32() >>> 5;
    const low = this.nextInt32() >>> 6;
    return (high * 0x400_0000 + low) * 2 ** -53;
  }

  /** Exponential with mean 1. Short, so that V8 makes it part of its callers and the result stays an unboxed double. */
  exponential(): number {
    const high = this.nextInt32();
    const low = this.nextInt32();
    // The layer comes from bits that the 53-bit uniform leaves out.
    const layer = ((high & 31) << 3) | (low & 7);
    const x = ((high >>> 5) * 0x400_0000 + (low >>> 6)) * 2 ** -53 * (layerX[layer] as number);
    return x < (layerX[layer + 1] as number) ? x : this.exponentialAtEdge(layer, x);
  }

  /** In the tail, or beside the curve: one draw of a hundred. */
  private exponentialAtEdge(layer: number, x: number): number {
    if (layer === 0) return TAIL_FROM - Math.log(1 - this.uniform());
    const floor = layerY[layer] as number;
    const isUnderCurve = floor + ((layerY[layer + 1] as number) - floor) * this.uniform() < Math.exp(-x);
    return isUnderCurve ? x : this.exponential();
  }

  /** Standard normal (Box–Muller). Always takes two uniforms, so that the n-th draw never depends on earlier values. */
  normal(): number {
    const radius = Math.sqrt(-2 * Math.log(1 - this.uniform()));
    return radius * Math.cos(2 * Math.PI * this.uniform());
  }

  /**
   * Gamma with this shape and scale 1 (Marsaglia and Tsang, 2000): a normal, cubed and accepted in more than 95 of a
   * hundred cases. @param shape above 0
   */
  gamma(shape: number): number {
    // Below shape 1 the density has a pole at 0; a draw of shape + 1 times U^(1 / shape) has it too.
    if (shape < 1) return this.gamma(shape + 1) * Math.exp(Math.log(1 - this.uniform()) / shape);
    const d = shape - 1 / 3;
    const c = 1 / Math.sqrt(9 * d);
    for (;;) {
      const x = this.normal();
      const root = 1 + c * x;
      if (root <= 0) continue;
      const v = root * root * root;
      if (Math.log(1 - this.uniform()) < 0.5 * x * x + d * (1 - v + Math.log(v))) return d * v;
    }
  }
}
