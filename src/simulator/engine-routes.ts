import { type Context, Hono } from 'hono';
import { ADMINISTRATOR, roleOf } from './client.js';
import { changedEngine, type Engine, nextEtag, presentEngine, SERVER_NAMES, SETTING_NAMES } from './engine.js';
import { checkEngine } from './engine-rules.js';
import { listPage, refuseListing } from './list-page.js';
import { type Members, reject, rejectUnknown } from './members.js';
import { mergePatch } from './merge-patch.js';
import { readEngineSettings } from './read-engine-settings.js';
import { Refusal, refuseInvalid } from './refusal.js';
import { requestMembers } from './request-body.js';
import { type Exchange, type Simulation, timestamp } from './simulation.js';

const PATH = '/api/v2/speech/engines';

/** The speech engines: POST, GET list, GET one, PATCH (docs/cxone-api.md). There is no DELETE. */
export function engineRoutes(sim: Simulation): Hono<Exchange> {
  return new Hono<Exchange>()
    .post('/', (c) => createEngine(c, sim))
    .get('/', (c) => listEngines(c, sim))
    .get('/:id', (c) => {
      sim.tokens.authorize(c.req.header('Authorization'), 'speech:engine:read');
      const engine = findEngine(sim, c.req.param('id'));
      return answer(c, sim, sim.store.engineBefore(engine, sim.assume.getLagMs), 200);
    })
    .patch('/:id', (c) => patchEngine(c, sim, c.req.param('id')));
}

function createEngine(c: Context<Exchange>, sim: Simulation): Response {
  authorizeWrite(c, sim);
  const members = requestMembers(c);
  rejectForeign(members);
  if ('audioProcessingOptions' in members.values) {
    reject(members, 'audioProcessingOptions', 'not_on_create', 'can be set only after creation, with PATCH');
  }
  const settings = readEngineSettings(members);
  refuseInvalid(members.details);
  checkEngine(sim, settings);
  const now = timestamp(sim);
  const speechEngineId = sim.randomId();
  const etag = nextEtag('', speechEngineId);
  const engine = { speechEngineId, settings, extras: {}, status: 'active', createdAt: now, updatedAt: now, etag };
  sim.store.putEngine(engine);
  c.header('Location', `${PATH}/${speechEngineId}`);
  return answer(c, sim, engine, 201);
}

function listEngines(c: Context<Exchange>, sim: Simulation): Response {
  sim.tokens.authorize(c.req.header('Authorization'), 'speech:engine:read');
  if (!sim.assume.lists) refuseListing('POST');
  const { fault } = c.env;
  const name = c.req.query('name');
  const listedFrom = sim.clock() - sim.assume.listLagMs;
  return listPage(c, sim, {
    key: `engines ${JSON.stringify(name ?? null)}`,
    rows: fault?.kind === 'stale-list' ? fault.state.engines : listedEngines(sim),
    includes: (engine) =>
      (name === undefined || engine.settings.name === name) &&
      (sim.assume.listLagMs === 0 || Date.parse(engine.createdAt) <= listedFrom),
    present: (engine) => presentEngine(engine, sim.assume.etag),
  });
}

/** Every engine as lists show it. */
function listedEngines({ store, assume }: Simulation): readonly Engine[] {
  const engines = store.engines.rows();
  return assume.updateLagMs === 0 ? engines : engines.map((one) => store.engineBefore(one, assume.updateLagMs));
}

function patchEngine(c: Context<Exchange>, sim: Simulation, id: string): Response {
  authorizeWrite(c, sim);
  const engine = findEngine(sim, id);
  const patch = requestMembers(c);
  rejectForeign(patch);
  if ('version' in patch.values) reject(patch, 'version', 'read_only', 'can not be changed: POST a new version');
  refuseInvalid(patch.details);
  checkPrecondition(c, sim, engine);
  const values = mergePatch({ ...engine.settings }, patch.values, sim.assume.patch);
  const merged: Members = { values, at: '', details: [] };
  const settings = readEngineSettings(merged);
  refuseInvalid(merged.details);
  checkEngine(sim, settings, engine);
  const changed = changedEngine(engine, settings, timestamp(sim));
  sim.store.putEngine(changed);
  return answer(c, sim, changed, 200);
}

/** Throws the 401 of a missing scope, or the 403 of a role that may not change engines. */
function authorizeWrite(c: Context<Exchange>, sim: Simulation): void {
  const { clientId } = sim.tokens.authorize(c.req.header('Authorization'), 'speech:engine:write');
  const role = roleOf(sim.store.clients, clientId);
  if (role === ADMINISTRATOR) return;
  const message = `The role ${role} of client ${clientId} may not change speech engines (needs ${ADMINISTRATOR}).`;
  const details = [{ field: 'role', code: 'role', message: `needs ${ADMINISTRATOR}` }];
  throw new Refusal(403, 'role', message, { details });
}

function rejectForeign(members: Members): void {
  const serverNames: readonly string[] = SERVER_NAMES;
  for (const name of Object.keys(members.values)) {
    if (serverNames.includes(name)) reject(members, name, 'read_only', 'is written by the server');
  }
  rejectUnknown(members, [...SETTING_NAMES, ...SERVER_NAMES]);
}

/** Throws 412 when an If-Match names no ETag that the engine has now. Without ETags the header means nothing. */
function checkPrecondition(c: Context<Exchange>, sim: Simulation, engine: Engine): void {
  const header = c.req.header('If-Match');
  if (header === undefined || !sim.assume.etag) return;
  const tags = header.split(',').map((tag) => tag.trim());
  if (tags.includes('*') || tags.includes(engine.etag)) return;
  const message = `Engine ${engine.speechEngineId} has changed: its ETag is no longer ${header}.`;
  throw new Refusal(412, 'precondition_failed', message);
}

function findEngine(sim: Simulation, id: string): Engine {
  const engine = sim.store.engines.get(id);
  if (engine !== undefined) return engine;
  throw new Refusal(404, 'not_found', `There is no speech engine ${JSON.stringify(id)}.`);
}

function answer(c: Context<Exchange>, sim: Simulation, engine: Engine, status: 200 | 201): Response {
  if (sim.assume.etag) c.header('ETag', engine.etag);
  return c.json(presentEngine(engine, sim.assume.etag), status);
}
