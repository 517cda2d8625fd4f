import type { MessagePort } from 'node:worker_threads';
import type { TraceSource } from '../../sim/trace.js';
import { LoadError } from '../driver.js';
import { Outbox } from '../process/outbox.js';
import { SdkShare } from './sdk-share.js';
import type { FromThread, SdkThreadData, ToThread } from './thread-messages.js';
import { warmUp } from './warm-up.js';

/** What a worker thread does: makes its share of the calls, and tells its parent what came of them. */
export async function serveSdkThread(port: MessagePort, { order, share }: SdkThreadData, traceSource: TraceSource): Promise<void> {
  const send = (message: FromThread): void => port.postMessage(message);
  const outbox = new Outbox(send);
  try {
    const shooter = new SdkShare(order, share, outbox, traceSource);
    await warmUp();
    port.on('message', (message: ToThread) => {
      if (message.kind === 'start') shooter.start(message.epochMs);
      else shooter.stop();
    });
    send({ kind: 'ready' });
    const report = await shooter.done;
    outbox.flush();
    send({ kind: 'done', report });
  } catch (error) {
    send({ kind: 'failed', message: error instanceof Error ? error.message : String(error), exitCode: error instanceof LoadError ? error.exitCode : 104 });
  }
}
