import type { LiveRequest } from '../world/live-request.js';
import type { LiveWorld } from '../world/live-world.js';

/**
 * Ends the call of a connection that is gone. Its work was to serve the connection, so that it ends too: a policy that lets
 * the work of lost clients go on means work that has an end of its own. What becomes of the slot then is the policy's business.
 * @param saidGoodbye false: the client was lost
 */
export function endCall(world: LiveWorld, request: LiveRequest, saidGoodbye: boolean): void {
  if (is(request, 'COMPLETED')) return;
  if (!saidGoodbye || is(request, 'IN_QUEUE')) world.disconnect(request);
  if (is(request, 'IN_PROGRESS')) world.finish(request);
  else if (!is(request, 'COMPLETED')) finishOnceAtWork(world, request);
}

/** It still waits for its runner: there is no work yet that could end. */
function finishOnceAtWork(world: LiveWorld, request: LiveRequest): void {
  const stop = request.watch((change) => {
    if (change === 'end') stop();
    if (change !== 'state' || !is(request, 'IN_PROGRESS')) return;
    stop();
    // Not while the platform tells of its start.
    world.clock.after(0, () => {
      if (!is(request, 'COMPLETED')) world.finish(request);
    });
  });
}

/** Asked each time anew: every word to the platform may change it. */
function is(request: LiveRequest, state: LiveRequest['state']): boolean {
  return request.state === state;
}
