import { type Context, Hono } from 'hono';
import { listPage, refuseListing } from './list-page.js';
import { type Members, rejectUnknown } from './members.js';
import { mergePatch } from './merge-patch.js';
import { readWebhookSettings } from './read-webhook-settings.js';
import { Refusal, refuseInvalid } from './refusal.js';
import { requestMembers } from './request-body.js';
import { type Exchange, type Simulation, timestamp } from './simulation.js';
import { presentWebhook, WEBHOOK_SETTING_NAMES, type Webhook, type WebhookSettings } from './webhook.js';

/** The webhooks: POST, GET list, PATCH (docs/cxone-api.md). Nothing is ever sent to a callback. */
export function webhookRoutes(sim: Simulation): Hono<Exchange> {
  return new Hono<Exchange>()
    .post('/', (c) => createWebhook(c, sim))
    .get('/', (c) => listWebhooks(c, sim))
    .patch('/:id', (c) => patchWebhook(c, sim, c.req.param('id')));
}

function createWebhook(c: Context<Exchange>, sim: Simulation): Response {
  sim.tokens.authorize(c.req.header('Authorization'), 'webhook:write');
  const members = requestMembers(c);
  rejectUnknown(members, WEBHOOK_SETTING_NAMES);
  const settings = readWebhookSettings(members);
  checkEngineIds(sim, members, settings);
  checkUnique(sim, settings);
  const now = timestamp(sim);
  const webhook = { webhookId: sim.randomId(), settings, status: 'active', createdAt: now, updatedAt: now };
  sim.store.putWebhook(webhook);
  return c.json(presentWebhook(webhook), 201);
}

function listWebhooks(c: Context<Exchange>, sim: Simulation): Response {
  sim.tokens.authorize(c.req.header('Authorization'), 'webhook:read');
  if (!sim.assume.lists) refuseListing('POST');
  const { fault } = c.env;
  const listedFrom = sim.clock() - sim.assume.listLagMs;
  return listPage(c, sim, {
    key: 'webhooks',
    rows: fault?.kind === 'stale-list' ? fault.state.webhooks : listedWebhooks(sim),
    includes: (webhook) => sim.assume.listLagMs === 0 || Date.parse(webhook.createdAt) <= listedFrom,
    present: presentWebhook,
  });
}

/** Every webhook as lists show it. */
function listedWebhooks({ store, assume }: Simulation): readonly Webhook[] {
  const webhooks = store.webhooks.rows();
  return assume.updateLagMs === 0 ? webhooks : webhooks.map((one) => store.webhookBefore(one, assume.updateLagMs));
}

function patchWebhook(c: Context<Exchange>, sim: Simulation, id: string): Response {
  sim.tokens.authorize(c.req.header('Authorization'), 'webhook:write');
  const webhook = sim.store.webhooks.get(id);
  if (webhook === undefined) throw new Refusal(404, 'not_found', `There is no webhook ${JSON.stringify(id)}.`);
  const patch = requestMembers(c);
  rejectUnknown(patch, WEBHOOK_SETTING_NAMES);
  const values = mergePatch({ ...webhook.settings }, patch.values, sim.assume.patch);
  const merged: Members = { values, at: '', details: patch.details };
  const settings = readWebhookSettings(merged);
  checkEngineIds(sim, merged, settings);
  checkUnique(sim, settings, webhook);
  const changed = { ...webhook, settings, updatedAt: timestamp(sim) };
  sim.store.putWebhook(changed);
  return c.json(presentWebhook(changed));
}

/** Throws the 400 of everything found so far, engines that there are not among it. */
function checkEngineIds(sim: Simulation, members: Members, settings: WebhookSettings): void {
  for (const id of settings.filter.speechEngineIds) {
    if (sim.store.engines.get(id) !== undefined) continue;
    const message = `there is no speech engine ${JSON.stringify(id)}`;
    members.details.push({ field: 'filter.speechEngineIds', code: 'unknown_engine', message });
  }
  refuseInvalid(members.details);
}

function checkUnique(sim: Simulation, settings: WebhookSettings, before?: Webhook): void {
  if (!sim.assume.unique || before?.settings.name === settings.name) return;
  const other = sim.store.webhookNamed(settings.name);
  if (other === undefined) return;
  const message = `Webhook ${other.webhookId} already has the name ${JSON.stringify(settings.name)}.`;
  throw new Refusal(409, 'conflict', message, { details: [{ field: 'name', code: 'not_unique', message }] });
}
