/** `1 request`, `6 requests` */
export function requests(count: number): string {
  return count === 1 ? '1 request' : `${count} requests`;
}

/** `a`, `a and b`, `a, b and c` */
export function listed(names: readonly string[]): string {
  return names.length < 2 ? names.join('') : `${names.slice(0, -1).join(', ')} and ${names.at(-1)}`;
}
