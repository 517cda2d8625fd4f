import autocannon from 'autocannon';

/** What one process of autocannon is to do. */
export interface Order {
  readonly url: string;
  readonly connections: number;
  readonly amount: number;
  readonly requests: readonly {
    readonly method: 'GET' | 'POST';
    readonly path: string;
    readonly headers: Readonly<Record<string, string>>;
    readonly body?: string;
  }[];
}

export interface Shots {
  readonly answers: number;
  /** From the first request to the last answer. autocannon's own duration ends on its next tick. */
  readonly wallSeconds: number;
  readonly bytes: number;
  /** Errors, and answers other than 2xx. */
  readonly failures: number;
}

// Started by fork: shoots once for each order that comes.
process.on('message', (order: Order) => {
  let answers = 0;
  let bytes = 0;
  let failures = 0;
  let lastMs = 0;
  const startMs = performance.now();
  const { url, connections, amount, requests } = order;
  const instance = autocannon({ url, connections, amount, requests: requests.map((request) => ({ ...request })) }, () => {
    process.send?.({ answers, wallSeconds: (lastMs - startMs) / 1e3, bytes, failures } satisfies Shots);
  });
  instance.on('response', (_client, status, size) => {
    answers++;
    bytes += size;
    if (status >= 300) failures++;
    lastMs = performance.now();
  });
  instance.on('reqError', () => failures++);
});
