/** Name of the folder that the reports of a run go into. @param driver of a live run */
export function runFolderName(scenario: string, seeds: readonly number[], driver: string | undefined): string {
  const [first, last] = [seeds[0] as number, seeds.at(-1) as number];
  const name = first === last ? `${scenario}-${first}` : `${scenario}-${first}-to-${last}`;
  return driver === undefined ? name : `${name}-live-${driver}`;
}
