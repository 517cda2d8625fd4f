import { Listr, type ListrTaskWrapper, ProcessOutput } from 'listr2';
import type { Output } from './outside.js';

/** What a task reports about how far it is. */
export interface Progress {
  /** @param share 0 to 1 @param what the part that is under way */
  update(share: number, what: string): void;
}

export interface ProgressTask<T> {
  readonly title: string;
  run(progress: Progress): Promise<T>;
}

const BAR_WIDTH = 24;

/**
 * Runs tasks one after the other with a bar for each on a terminal, and without a word elsewhere: in CI the summary of a
 * scenario is its progress. Writes to the error stream only, so that data on the output stream stays data.
 */
export async function runWithProgress<T>(tasks: readonly ProgressTask<T>[], terminal: Output, stream: NodeJS.WriteStream | undefined): Promise<T[]> {
  const results: T[] = [];
  if (!terminal.isTTY || stream === undefined) {
    for (const task of tasks) results.push(await task.run({ update: () => undefined }));
    return results;
  }
  const list = new Listr(
    tasks.map((task) => ({
      title: task.title,
      task: async (_context: unknown, wrapper: ListrTaskWrapper<unknown, never, never>) => {
        results.push(await task.run({ update: (share, what) => (wrapper.output = `${bar(share)} ${what}`) }));
      },
    })),
    {
      exitOnError: true,
      registerSignalListeners: false,
      renderer: 'default',
      rendererOptions: { clearOutput: true, collapseErrors: false, showErrorMessage: false },
      processOutput: new ProcessOutput(stream, stream),
    } as never,
  );
  await list.run();
  return results;
}

function bar(share: number): string {
  const full = Math.round(share * BAR_WIDTH);
  return `${'█'.repeat(full)}${'░'.repeat(BAR_WIDTH - full)} ${String(Math.floor(share * 100)).padStart(3)} %`;
}
