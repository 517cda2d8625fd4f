// Models of your own for the emulator. Try them:
//
//   npx slotstorm serve scenarios/burst-submission.yaml --handlers examples/handlers.ts
//
// Whatever has no handler here is pretended: see docs/emulated-models.md. Slots, queues, keys and deadlines are the
// platform's business as always; a handler only says what its model answers, and takes as long as it takes.
import { defineHandlers, ModelError } from 'slotstorm';

interface Order {
  readonly image_url?: string;
  readonly sizes?: readonly number[];
}

export default defineHandlers({
  // Whoever streams gets each part as it is ready; whoever has given up is noticed between two of them.
  'acme/thumbnails': async ({ input, publicUrl, chance, signal, log, emit }) => {
    const { image_url, sizes = [128] } = (input ?? {}) as Order;
    if (image_url === undefined) throw new ModelError(422, { detail: [{ loc: ['body', 'image_url'], msg: 'Field required', type: 'missing' }] });
    const thumbnails = [];
    for (const width of sizes) {
      signal.throwIfAborted();
      // The emulator draws a picture of any size from 64 to 4096 px: its address says all there is to know.
      const thumbnail = { url: `${publicUrl}/cdn/pictures/${chance % 2 ** 32}-${width}x${width}.png`, width };
      log(`made ${width} px`);
      emit(thumbnail);
      thumbnails.push(thumbnail);
    }
    return { thumbnails };
  },

  // An outage that you would otherwise have to wait for: the platform tries a 503 again on another runner.
  'acme/flaky*': ({ attempt }) => {
    if (attempt < 3) throw new ModelError(503, 'the model is not loaded yet');
    return { attempt };
  },

  // A failure that its status calls final, and the app itself does not (X-Fal-Needs-Retry).
  'acme/unlucky': ({ attempt }) => {
    if (attempt < 2) throw new ModelError(500, 'the weights were damaged on their way', { retry: true });
    return { attempt };
  },
});
