/** @returns the share that `5%` means; undefined for all else */
export function shareOfPercent(text: string): number | undefined {
  const percent = /^\s*(\d+(?:\.\d+)?)\s*%\s*$/.exec(text)?.[1];
  return percent === undefined ? undefined : Number(percent) / 100;
}

/** `13.9 %` */
export function percentOf(share: number): string {
  return `${Number((share * 100).toPrecision(3))} %`;
}
