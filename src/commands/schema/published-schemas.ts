import apply from '../../../schemas/apply.schema.json' with { type: 'json' };
import auditDeliver from '../../../schemas/audit-deliver.schema.json' with { type: 'json' };
import auditKeygen from '../../../schemas/audit-keygen.schema.json' with { type: 'json' };
import auditRotate from '../../../schemas/audit-rotate.schema.json' with { type: 'json' };
import auditShow from '../../../schemas/audit-show.schema.json' with { type: 'json' };
import auditVerify from '../../../schemas/audit-verify.schema.json' with { type: 'json' };
import catalog from '../../../schemas/catalog.schema.json' with { type: 'json' };
import catalogUpdate from '../../../schemas/catalog-update.schema.json' with { type: 'json' };
import drift from '../../../schemas/drift.schema.json' with { type: 'json' };
import environment from '../../../schemas/environment.schema.json' with { type: 'json' };
import error from '../../../schemas/error.schema.json' with { type: 'json' };
import init from '../../../schemas/init.schema.json' with { type: 'json' };
import ledgerEntry from '../../../schemas/ledger-entry.schema.json' with { type: 'json' };
import plan from '../../../schemas/plan.schema.json' with { type: 'json' };
import speechEngine from '../../../schemas/speech-engine.schema.json' with { type: 'json' };
import validate from '../../../schemas/validate.schema.json' with { type: 'json' };
import webhook from '../../../schemas/webhook.schema.json' with { type: 'json' };
import type { JsonObject } from '../../model/json.js';

/** A schema that leaves the program. */
export interface PublishedSchema {
  /** What `cxone-gitops schema` calls it: `speech-engine`. Its file is `speech-engine.schema.json`. */
  readonly name: string;
  readonly title: string;
  readonly description: string;
  /** As in schemas/: it may refer to others by their file names. */
  readonly schema: JsonObject;
}

/** What an editor needs for manifests: each refers to the others of these only. */
export const manifestSchemas: readonly PublishedSchema[] = [environment, speechEngine, webhook].map(published);

/** Every schema of schemas/: those of manifests, those of the documents that are printed or kept. */
export const publishedSchemas: readonly PublishedSchema[] = [
  ...manifestSchemas,
  ...[
    validate,
    plan,
    apply,
    drift,
    error,
    init,
    ledgerEntry,
    auditVerify,
    auditShow,
    auditDeliver,
    auditKeygen,
    auditRotate,
    catalog,
    catalogUpdate,
  ].map(published),
];

function published(source: { readonly $id: string; readonly title: string; readonly description: string }) {
  const { $id, title, description } = source;
  // A schema is JSON; what TypeScript infers from the file is only a narrower name for that.
  const schema = source as unknown as JsonObject;
  return { name: $id.replace(/\.schema\.json$/, ''), title, description, schema };
}
