import { Hono } from 'hono';
import { licensedFeatures } from './catalogue.js';
import { listPage } from './list-page.js';
import type { Exchange, Simulation } from './simulation.js';

/** `GET /api/v2/speech/models`: what they can do for this organisation, which its licence limits. */
export function modelRoutes(sim: Simulation): Hono<Exchange> {
  return new Hono<Exchange>().get('/', (c) => {
    sim.tokens.authorize(c.req.header('Authorization'), 'speech:model:read');
    const { fault } = c.env;
    const rows = fault?.kind === 'stale-list' ? fault.state.models : sim.store.models.rows();
    return listPage(c, sim, {
      key: 'models',
      rows,
      present: (model) => ({ ...model, features: licensedFeatures(model, sim.tier) }),
    });
  });
}

/** `GET /api/v2/speech/profiles`. */
export function profileRoutes(sim: Simulation): Hono<Exchange> {
  return new Hono<Exchange>().get('/', (c) => {
    sim.tokens.authorize(c.req.header('Authorization'), 'speech:profile:read');
    const { fault } = c.env;
    const rows = fault?.kind === 'stale-list' ? fault.state.profiles : sim.store.profiles.rows();
    return listPage(c, sim, { key: 'profiles', rows, present: (profile) => ({ ...profile }) });
  });
}
