import { type Context, Hono } from 'hono';
import { listPage, refuseListing } from './list-page.js';
import { type Members, rejectUnknown } from './members.js';
import { AUDIT_EVENT_NAMES, readAuditEvent, readTimestamp } from './read-audit-event.js';
import { refuseInvalid } from './refusal.js';
import { requestMembers } from './request-body.js';
import { type Exchange, type Simulation, timestamp } from './simulation.js';

/** The audit log: POST an event, GET the list. Entries can't be changed or removed (docs/cxone-api.md). */
export function auditRoutes(sim: Simulation): Hono<Exchange> {
  return new Hono<Exchange>()
    .post('/', (c) => {
      sim.tokens.authorize(c.req.header('Authorization'), 'audit:log:write');
      const members = requestMembers(c);
      rejectUnknown(members, AUDIT_EVENT_NAMES);
      const event = readAuditEvent(members);
      refuseInvalid(members.details);
      const logId = sim.randomId();
      sim.store.addAuditLog({ logId, ...event, receivedAt: timestamp(sim) });
      return c.json({ logId }, 201);
    })
    .get('/', (c) => listAuditLogs(c, sim));
}

/** Filters: `targetId`, and `from` and `to` on the event's timestamp, both inclusive. */
function listAuditLogs(c: Context<Exchange>, sim: Simulation): Response {
  sim.tokens.authorize(c.req.header('Authorization'), 'audit:log:read');
  if (!sim.assume.auditGet) refuseListing('POST');
  const { fault } = c.env;
  const { targetId, from, to } = c.req.query();
  const earliest = readBound('from', from, Number.NEGATIVE_INFINITY);
  const latest = readBound('to', to, Number.POSITIVE_INFINITY);
  const listedFrom = sim.clock() - sim.assume.auditLagMs;
  return listPage(c, sim, {
    key: `audit ${JSON.stringify([targetId, from, to])}`,
    rows: fault?.kind === 'stale-list' ? fault.state.auditLogs : sim.store.auditLogs.rows(),
    includes: (log) =>
      (targetId === undefined || log.targetId === targetId) &&
      Date.parse(log.timestamp) >= earliest &&
      Date.parse(log.timestamp) <= latest &&
      (sim.assume.auditLagMs === 0 || Date.parse(log.receivedAt) <= listedFrom),
    present: (log) => ({ ...log }),
  });
}

function readBound(name: string, text: string | undefined, fallback: number): number {
  if (text === undefined) return fallback;
  const members: Members = { values: { [name]: text }, at: '', details: [] };
  readTimestamp(members, name);
  refuseInvalid(members.details);
  return Date.parse(text);
}
