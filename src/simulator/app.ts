import { type Context, Hono } from 'hono';
import type { ContentfulStatusCode } from 'hono/utils/http-status';
import { analyticsRoutes } from './analytics-routes.js';
import { auditRoutes } from './audit-routes.js';
import { modelRoutes, profileRoutes } from './catalogue-routes.js';
import { controlRoutes } from './control-routes.js';
import { engineRoutes } from './engine-routes.js';
import type { Faults } from './faults.js';
import { errorBody, Refusal } from './refusal.js';
import type { RequestLog } from './request-log.js';
import type { Exchange, Simulation } from './simulation.js';
import { tokenRoute } from './token-route.js';
import { webhookRoutes } from './webhook-routes.js';

/** Every route of the simulator. A refusal, thrown anywhere, becomes an error body here. */
export function createApp(sim: Simulation, requests: RequestLog, faults: Faults): Hono<Exchange> {
  const app = new Hono<Exchange>();
  app.use(async (c, next) => {
    c.header('CorrelationId', c.env.correlationId);
    await next();
  });
  app.route('/oauth/token', tokenRoute(sim));
  app.route('/api/v2/speech/models', modelRoutes(sim));
  app.route('/api/v2/speech/profiles', profileRoutes(sim));
  app.route('/api/v2/speech/engines', engineRoutes(sim));
  app.route('/api/v2/webhooks', webhookRoutes(sim));
  app.route('/api/v2/analytics/speech/details/query', analyticsRoutes(sim));
  app.route('/api/v2/audit/logs', auditRoutes(sim));
  app.route('/_simulator', controlRoutes(sim, requests, faults));
  for (const [path, allow] of METHODS) {
    app.all(path, () => {
      throw new Refusal(405, 'method_not_allowed', `The methods of this path are ${allow}.`, {
        headers: { Allow: allow },
      });
    });
  }
  app.notFound((c) => refuse(c, sim, new Refusal(404, 'not_found', 'There is no such path.')));
  app.onError((error, c) => refuse(c, sim, error instanceof Refusal ? error : internal(error)));
  return app;
}

/** The paths and their methods, for the 405 of any other method. */
const METHODS = [
  ['/oauth/token', 'POST'],
  ['/api/v2/speech/models', 'GET'],
  ['/api/v2/speech/profiles', 'GET'],
  ['/api/v2/speech/engines', 'GET, POST'],
  ['/api/v2/speech/engines/:id', 'GET, PATCH'],
  ['/api/v2/webhooks', 'GET, POST'],
  ['/api/v2/webhooks/:id', 'PATCH'],
  ['/api/v2/analytics/speech/details/query', 'POST'],
  ['/api/v2/audit/logs', 'GET, POST'],
  ['/_simulator/state', 'GET, PUT'],
  ['/_simulator/engines/:id', 'PATCH'],
  ['/_simulator/requests', 'GET, DELETE'],
  ['/_simulator/faults', 'GET, PUT'],
  ['/_simulator/recognitions', 'POST'],
] as const;

function refuse(c: Context<Exchange>, sim: Simulation, refusal: Refusal): Response {
  for (const [name, value] of Object.entries(refusal.headers)) c.header(name, value);
  // Sound: every refusal of ours has a status that carries a body.
  return c.json(errorBody(refusal, sim.randomId()), refusal.status as ContentfulStatusCode);
}

function internal(error: Error): Refusal {
  return new Refusal(500, 'internal_error', `The simulator failed: ${error.message}`);
}
