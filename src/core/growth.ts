/** Copies of typed arrays at a larger size. A struct of arrays grows all its fields together. */
export function grownF64(from: Float64Array, size: number): Float64Array<ArrayBuffer> {
  const bigger = new Float64Array(size);
  bigger.set(from);
  return bigger;
}

export function grownI32(from: Int32Array, size: number): Int32Array<ArrayBuffer> {
  const bigger = new Int32Array(size);
  bigger.set(from);
  return bigger;
}

export function grownU8(from: Uint8Array, size: number): Uint8Array<ArrayBuffer> {
  const bigger = new Uint8Array(size);
  bigger.set(from);
  return bigger;
}
