/** One event of `text/event-stream`. @param json JSON text: without line breaks, so one line is enough */
export function eventText(json: string): string {
  return `data: ${json}\n\n`;
}

/** A line that parsers drop: it only shows that the stream lives. */
export const COMMENT = ': ping\n\n';

/** fal writes a comment that often, µs. */
export const COMMENT_EVERY_US = 15_000_000;
