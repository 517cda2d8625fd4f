/**
 * How much longer waits are than Erlang C says because arrivals and service vary otherwise: (Ca² + Cs²) / 2 (Allen and
 * Cunneen; textbook). Exact for one slot with Poisson arrivals, a guess for all else.
 * @param arrivalScv squared coefficient of variation of the gaps between arrivals; for batches their index of dispersion
 * @param serviceScv squared coefficient of variation of the service
 */
export function variabilityFactor(arrivalScv: number, serviceScv: number): number {
  return (arrivalScv + serviceScv) / 2;
}

/**
 * Index of dispersion of Poisson batches of geometric size: E[B²] / E[B] = 2m − 1. Each alone: 1.
 * @param meanBatch m, from 1 up
 */
export function dispersionOfBatches(meanBatch: number): number {
  return 2 * meanBatch - 1;
}

/**
 * How long a queue remembers, ms: S / (√c − √a)², the relaxation time of M/M/c, longer by the variability factor where that
 * is above 1. Infinity where the queue never settles.
 */
export function relaxationTimeMs(meanServiceMs: number, limit: number, offered: number, variability = 1): number {
  if (limit <= offered) return Number.POSITIVE_INFINITY;
  const apart = Math.sqrt(limit) - Math.sqrt(offered);
  return (meanServiceMs * Math.max(1, variability)) / (apart * apart);
}
