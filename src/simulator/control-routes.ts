import { Hono } from 'hono';
import { changedEngine, presentEngine, SERVER_NAMES, SETTING_NAMES } from './engine.js';
import type { Faults } from './faults.js';
import { isJsonObject, type JsonObject } from './json-object.js';
import type { Members } from './members.js';
import { mergePatch } from './merge-patch.js';
import { readEngineSettings } from './read-engine-settings.js';
import { readRecognition } from './recognition.js';
import { Refusal, refuseInvalid } from './refusal.js';
import { parseBody } from './request-body.js';
import type { RequestLog } from './request-log.js';
import { type Exchange, type Simulation, timestamp } from './simulation.js';
import { presentState, readState } from './state.js';

/** The control paths under `/_simulator` (docs/simulator.md): no token, no rate limit, no record. */
export function controlRoutes(sim: Simulation, requests: RequestLog, faults: Faults): Hono<Exchange> {
  return new Hono<Exchange>()
    .get('/state', (c) => c.json(presentState(sim.store.snapshot())))
    .put('/state', (c) => {
      sim.store.replace(readState(parseBody(c.env.body), timestamp(sim), sim.randomId));
      return c.json(presentState(sim.store.snapshot()));
    })
    .patch('/engines/:id', (c) => c.json(changeEngine(sim, c.req.param('id'), parseObject(c.env.body))))
    .get('/requests', (c) => {
      if (requests.dropped > 0) c.header('Simulator-Requests-Dropped', String(requests.dropped));
      return c.json(requests.list());
    })
    .delete('/requests', (c) => {
      requests.clear();
      return c.body(null, 204);
    })
    .get('/faults', (c) => c.json(faults.list()))
    .put('/faults', (c) => {
      faults.replace(parseBody(c.env.body), () => sim.store.snapshot());
      return c.json(faults.list());
    })
    .post('/recognitions', (c) => {
      const members: Members = { values: parseObject(c.env.body), at: '', details: [] };
      const recognition = readRecognition(members, timestamp(sim), sim.randomId);
      refuseInvalid(members.details);
      if (sim.store.engines.get(recognition.speechEngineId) === undefined) throw noEngine(recognition.speechEngineId);
      sim.store.addRecognition(recognition);
      return c.json(recognition, 201);
    });
}

/**
 * Changes an engine behind the tool's back: a merge patch of any member, `version` among them. Types and bounds are
 * checked, rules between engines are not; abTestingEnabled follows a new trafficSplit unless it is given.
 */
function changeEngine(sim: Simulation, id: string, patch: JsonObject): JsonObject {
  const engine = sim.store.engines.get(id);
  if (engine === undefined) throw noEngine(id);
  const own: readonly string[] = [...SETTING_NAMES, ...SERVER_NAMES];
  const follows = 'trafficSplit' in patch ? { abTestingEnabled: null } : {};
  const values = mergePatch({ ...engine.settings }, { ...follows, ...patch }, sim.assume.patch);
  const members: Members = { values, at: '', details: [] };
  const settings = readEngineSettings(members);
  refuseInvalid(members.details);
  const foreign = Object.fromEntries(Object.entries(patch).filter(([name]) => !own.includes(name)));
  const changed = {
    ...changedEngine(engine, settings, timestamp(sim)),
    extras: mergePatch(engine.extras, foreign, sim.assume.patch),
    status: typeof patch.status === 'string' ? patch.status : engine.status,
  };
  sim.store.putEngine(changed);
  return presentEngine(changed, sim.assume.etag);
}

function parseObject(body: Buffer): JsonObject {
  const value = parseBody(body);
  if (isJsonObject(value)) return value;
  throw new Refusal(400, 'bad_request', 'The body must be a JSON object.');
}

function noEngine(id: string): Refusal {
  return new Refusal(404, 'not_found', `There is no speech engine ${JSON.stringify(id)}.`);
}
