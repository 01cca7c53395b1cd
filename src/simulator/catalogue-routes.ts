import { Hono } from 'hono';
import { listPage } from './list-page.js';
import type { Exchange, Simulation } from './simulation.js';

/** `GET /api/v2/speech/models`. */
export function modelRoutes(sim: Simulation): Hono<Exchange> {
  return new Hono<Exchange>().get('/', (c) => {
    sim.tokens.authorize(c.req.header('Authorization'), 'speech:model:read');
    const { fault } = c.env;
    const rows = fault?.kind === 'stale-list' ? fault.state.models : sim.store.models.rows();
    return listPage(c, sim, { key: 'models', rows, present: (model) => ({ ...model }) });
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
