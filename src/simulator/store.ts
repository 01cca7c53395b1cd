import type { AuditLog } from './audit-log.js';
import type { Model, Profile } from './catalogue.js';
import type { Client } from './client.js';
import { Collection } from './collection.js';
import { type Engine, presentEngine } from './engine.js';
import { PastRows } from './past-rows.js';
import type { Recognition } from './recognition.js';
import { presentState, type State, webhookRow } from './state.js';
import type { RowChange, StateFile } from './state-file.js';
import type { Webhook } from './webhook.js';

/** The simulator's memory: every row by id, and engines by name. Each `put` reaches the state file, if there is one. */
export class Store {
  readonly #file: StateFile | undefined;
  readonly #pastEngines: PastRows<Engine>;
  readonly #pastWebhooks: PastRows<Webhook>;
  #models = new Collection<Model>((row) => row.id);
  #profiles = new Collection<Profile>((row) => row.id);
  #clients: ReadonlyMap<string, Client> = new Map();
  #engines = new Collection<Engine>((row) => row.speechEngineId);
  #webhooks = new Collection<Webhook>((row) => row.webhookId);
  #auditLogs = new Collection<AuditLog>((row) => row.logId);
  #recognitions = new Collection<Recognition>((row) => row.recognitionId);
  #engineIdsByName = new Map<string, Set<string>>();
  #webhookIdByName = new Map<string, string>();

  /** Engines and webhooks that change are kept as they were for `past.keepMs` milliseconds, in memory only. */
  constructor(state: State, past: { clock: () => number; keepMs: number }, file?: StateFile) {
    this.#file = file;
    this.#pastEngines = new PastRows(past.clock, past.keepMs);
    this.#pastWebhooks = new PastRows(past.clock, past.keepMs);
    this.replace(state);
  }

  get models(): Collection<Model> {
    return this.#models;
  }
  get profiles(): Collection<Profile> {
    return this.#profiles;
  }
  get clients(): ReadonlyMap<string, Client> {
    return this.#clients;
  }
  get engines(): Pick<Collection<Engine>, 'get' | 'rows'> {
    return this.#engines;
  }
  get webhooks(): Pick<Collection<Webhook>, 'get' | 'rows'> {
    return this.#webhooks;
  }
  get auditLogs(): Pick<Collection<AuditLog>, 'get' | 'rows'> {
    return this.#auditLogs;
  }
  get recognitions(): Pick<Collection<Recognition>, 'get' | 'rows'> {
    return this.#recognitions;
  }

  /** The engines of one name, every version. */
  enginesNamed(name: string): Engine[] {
    const engines: Engine[] = [];
    for (const id of this.#engineIdsByName.get(name) ?? []) {
      const engine = this.#engines.get(id);
      if (engine !== undefined) engines.push(engine);
    }
    return engines;
  }

  /** A webhook of this name. */
  webhookNamed(name: string): Webhook | undefined {
    return this.#webhooks.get(this.#webhookIdByName.get(name) ?? '');
  }

  /** An engine as a read shows it that is `lagMs` milliseconds behind; one that is younger, as it was created. */
  engineBefore(engine: Engine, lagMs: number): Engine {
    return this.#pastEngines.before(engine.speechEngineId, engine, lagMs);
  }

  /** A webhook likewise. */
  webhookBefore(webhook: Webhook, lagMs: number): Webhook {
    return this.#pastWebhooks.before(webhook.webhookId, webhook, lagMs);
  }

  putEngine(engine: Engine): void {
    const before = this.#engines.get(engine.speechEngineId);
    if (before !== undefined) this.#pastEngines.keep(engine.speechEngineId, before);
    this.#indexEngine(engine);
    this.#append({ list: 'engines', idName: 'speechEngineId', row: presentEngine(engine, true) });
  }

  putWebhook(webhook: Webhook): void {
    const before = this.#webhooks.get(webhook.webhookId);
    if (before !== undefined) this.#pastWebhooks.keep(webhook.webhookId, before);
    this.#indexWebhook(webhook);
    this.#append({ list: 'webhooks', idName: 'webhookId', row: webhookRow(webhook) });
  }

  addAuditLog(log: AuditLog): void {
    this.#auditLogs.put(log);
    this.#append({ list: 'auditLogs', idName: 'logId', row: { ...log } });
  }

  addRecognition(recognition: Recognition): void {
    this.#recognitions.put(recognition);
    this.#append({ list: 'recognitions', idName: 'recognitionId', row: { ...recognition } });
  }

  /** Everything, as copies of the lists. */
  snapshot(): State {
    return {
      models: [...this.#models.rows()],
      profiles: [...this.#profiles.rows()],
      clients: this.#clients,
      engines: [...this.#engines.rows()],
      webhooks: [...this.#webhooks.rows()],
      auditLogs: [...this.#auditLogs.rows()],
      recognitions: [...this.#recognitions.rows()],
    };
  }

  /** Forgets everything and takes `state` instead. */
  replace(state: State): void {
    this.#models = new Collection((row) => row.id, state.models);
    this.#profiles = new Collection((row) => row.id, state.profiles);
    this.#clients = state.clients;
    this.#engines = new Collection((row) => row.speechEngineId);
    this.#webhooks = new Collection((row) => row.webhookId);
    this.#auditLogs = new Collection((row) => row.logId, state.auditLogs);
    this.#recognitions = new Collection((row) => row.recognitionId, state.recognitions);
    this.#engineIdsByName = new Map();
    this.#webhookIdByName = new Map();
    this.#pastEngines.forget();
    this.#pastWebhooks.forget();
    for (const engine of state.engines) this.#indexEngine(engine);
    for (const webhook of state.webhooks) this.#indexWebhook(webhook);
    this.#save();
  }

  /** Writes the state file a last time and lets it go. */
  close(): void {
    this.#save();
    this.#file?.close();
  }

  #indexEngine(engine: Engine): void {
    const id = engine.speechEngineId;
    const before = this.#engines.get(id)?.settings.name;
    if (before !== undefined) this.#engineIdsByName.get(before)?.delete(id);
    const ids = this.#engineIdsByName.get(engine.settings.name) ?? new Set();
    this.#engineIdsByName.set(engine.settings.name, ids.add(id));
    this.#engines.put(engine);
  }

  #indexWebhook(webhook: Webhook): void {
    const before = this.#webhooks.get(webhook.webhookId)?.settings.name;
    if (before !== undefined) this.#webhookIdByName.delete(before);
    this.#webhookIdByName.set(webhook.settings.name, webhook.webhookId);
    this.#webhooks.put(webhook);
  }

  #append(change: RowChange): void {
    if (this.#file?.append(change) === true) this.#save();
  }

  #save(): void {
    this.#file?.save(presentState(this.snapshot()));
  }
}
