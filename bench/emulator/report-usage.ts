import type { Usage } from './forked-server.js';

/** For the servers: tells where they listen, and from then on what they have used whenever they are asked. */
export function reportUsage(url: string, credentials: string): void {
  let before = process.cpuUsage();
  process.on('message', () => {
    const { user, system } = process.cpuUsage(before);
    before = process.cpuUsage();
    globalThis.gc?.();
    const usage: Usage = { cpuSeconds: (user + system) / 1e6, residentBytes: process.memoryUsage().rss };
    process.send?.(usage);
  });
  process.send?.({ url, credentials });
}
