import { slug } from '../model/slug.js';
import { manifestText } from './write.js';

/** What a first environment is made of. */
export interface FirstEnvironment {
  readonly environment: string;
  readonly orgId: string;
  readonly engine: string;
  readonly engineVersion: string;
  readonly model: string;
  readonly profile: string;
  /** The address that a webhook calls; empty for no webhook. */
  readonly webhook: string;
}

/**
 * The manifests of a first environment, by path below the root; environment.yaml, which makes the folder an environment,
 * is the last. `schemas` is the path from the root to the folder of the schemas.
 */
export function firstEnvironment(answers: FirstEnvironment, schemas: string): Map<string, string> {
  const { environment, engine, webhook } = answers;
  const files = new Map([
    [`${environment}/engines/${slug(engine, 'engine')}.yaml`, engineText(answers, `../../${schemas}`)],
  ]);
  if (webhook !== '')
    files.set(`${environment}/webhooks/engine-changes.yaml`, webhookText(answers, `../../${schemas}`));
  return files.set(`${environment}/environment.yaml`, environmentText(answers, `../${schemas}`));
}

/** The environment as a document; with its name, for a check of that too. */
export function environmentDocument({ environment, orgId }: FirstEnvironment) {
  return { apiVersion, kind: 'Environment', metadata: { name: environment }, spec: { orgId } };
}

const apiVersion = 'cxone-gitops/v1';

function environmentText(answers: FirstEnvironment, schemas: string): string {
  const { metadata: _thatOfTheFolder, ...document } = environmentDocument(answers);
  return manifestText(document, {
    schema: `${schemas}/environment.schema.json`,
    head: 'One CXone organisation. Its engines and webhooks are the other manifests of this folder.',
    comments: {
      '/spec/orgId':
        "The API is then https://<orgId>.api.nicecxone.com. The client's id and secret come from the variables\nCXONE_CLIENT_ID and CXONE_CLIENT_SECRET, unless `credentials` names others.",
    },
  });
}

function engineText({ engine, engineVersion, model, profile }: FirstEnvironment, schemas: string): string {
  const spec = { version: engineVersion, acousticModelId: model, languageProfileId: profile, trafficSplit: 0 };
  return manifestText(
    { apiVersion, kind: 'SpeechEngine', metadata: { name: engine }, spec },
    {
      schema: `${schemas}/speech-engine.schema.json`,
      head: "One version of an engine; all that is not here is CXone's default. A new version is a new document beside it.",
      comments: {
        '/spec/acousticModelId': 'The model and the profile must have the same locale.',
        '/spec/trafficSplit': 'Percent of the sessions. With 0 it is there and carries no traffic yet.',
      },
    },
  );
}

function webhookText({ webhook }: FirstEnvironment, schemas: string): string {
  const eventTypes = ['speechEngineUpdated', 'speechEngineTrafficSplit'];
  return manifestText(
    { apiVersion, kind: 'Webhook', metadata: { name: 'Engine changes' }, spec: { callbackUrl: webhook, eventTypes } },
    {
      schema: `${schemas}/webhook.schema.json`,
      head: 'Is called when an engine changes: `engines` is left out, which means all. A value of `headers` is a secret and\ncomes from a variable: `X-Signature: { fromEnv: CXONE_WEBHOOK_SIGNATURE }`.',
    },
  );
}
