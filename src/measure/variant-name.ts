/** Whether both are of the same variant. In files a result without variants has no name, or null for one. */
export function isSameVariant(one: string | null | undefined, other: string | null | undefined): boolean {
  return (one ?? undefined) === (other ?? undefined);
}
