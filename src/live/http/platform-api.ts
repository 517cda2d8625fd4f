import type { RouteGroup } from './context.js';
import { accountRoutes } from './platform/account-routes.js';
import { appRoutes } from './platform/app-routes.js';
import { catalogueRoutes } from './platform/catalogue-routes.js';
import { IdempotentAnswers } from './platform/idempotent-answers.js';
import { keyRoutes } from './platform/key-routes.js';
import { operatorRoutes } from './platform/operator-routes.js';
import { requestRoutes } from './platform/request-routes.js';
import type { PlatformTools } from './platform/tools.js';

const GROUPS = [keyRoutes, accountRoutes, requestRoutes, appRoutes, catalogueRoutes, operatorRoutes];

/** fal's platform API (`https://api.fal.ai/v1`), and what it lacks: slots, limits, and steps for the operator. */
export const platformApiRoutes: RouteGroup = (app, context) => {
  const tools: PlatformTools = { ...context, answers: new IdempotentAnswers(context.world.clock) };
  for (const group of GROUPS) group(app, tools);
};
