import type { RouteGroup } from './context.js';
import { nexaRoutes } from './nexa.js';
import { observabilityRoutes } from './observability.js';
import { pageRoutes } from './pages.js';
import { pictureRoutes } from './pictures.js';
import { platformApiRoutes } from './platform-api.js';
import { queueRoutes } from './queue.js';
import { realtimeRoutes } from './realtime.js';
import { runRoutes } from './run.js';
import { storageRoutes } from './storage.js';
import { tokenRoutes } from './tokens.js';
import { webhookRoutes } from './webhooks.js';

/** Everything that the emulator serves. */
export const ROUTE_GROUPS: readonly RouteGroup[] = [
  queueRoutes,
  runRoutes,
  realtimeRoutes,
  storageRoutes,
  tokenRoutes,
  webhookRoutes,
  pictureRoutes,
  (app, context) => (context.settings.offersNexa ? nexaRoutes(app, context) : undefined),
  platformApiRoutes,
  pageRoutes,
  observabilityRoutes,
];
