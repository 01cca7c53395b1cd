import path from 'node:path';
import { isDeepStrictEqual } from 'node:util';
import writeFileAtomic from 'write-file-atomic';
import { openReader } from '../../cxone/connect.js';
import { catalogFile, readCatalog } from '../../manifest/catalog.js';
import { catalogDifference } from '../../manifest/catalog-difference.js';
import { catalogText } from '../../manifest/catalog-text.js';
import { folderSource } from '../../manifest/folder-source.js';
import { maxFileBytes } from '../../manifest/manifest-source.js';
import { ExitCode } from '../../model/exit-code.js';
import { fileFault } from '../../model/file-fault.js';
import type { Catalog } from '../../model/generated/catalog.js';
import type { CatalogUpdate } from '../../model/generated/catalog-update.js';
import { KnownError } from '../../model/known-error.js';
import { catalogUpdateText } from '../../report/catalog-text.js';
import { counted } from '../../report/counted.js';
import { escapeJson, jsonReport } from '../../report/json.js';
import { type Context, type SharedOptions, say } from '../context.js';
import { connectOptions, type OpenedEndpoint } from '../environment/open-endpoint.js';
import { openSettings } from '../environment/open-settings.js';
import { refuseToReplace } from '../output/refuse-to-replace.js';
import { openSecrets, type Secrets } from '../secrets/credentials.js';
import { refuseMasked } from '../secrets/refuse-masked.js';
import { fetchCatalog, type LiveCatalog } from './live-catalog.js';

export interface CatalogOptions extends SharedOptions {
  /** Write nothing, and end with 2 where the file differs. */
  readonly check?: boolean;
}

/**
 * `cxone-gitops catalog`: writes what an organisation has to its environment's catalog.json. Only environment.yaml must be
 * valid: where manifests name what an old catalogue has not, this is the way out.
 */
export async function catalogCommand(
  context: Context,
  environment: string,
  options: CatalogOptions,
): Promise<ExitCode> {
  const opened = await openSettings(context, options, environment);
  const file = path.resolve(context.cwd, options.root, environment, catalogFile);
  // Before the network: what must not be written is not fetched either.
  if (options.check !== true) await refuseToWrite(context, options.root, file);
  const live = await fetchLive(context, options, opened, await openSecrets(context, options));
  const committed = await readCommitted(context, options, environment);

  const same = isDeepStrictEqual(committed, live.catalog);
  if (!same && options.check !== true) await write(context, options.root, file, live.catalog);
  const difference = catalogDifference(committed, live.catalog);
  const { models, profiles } = live.catalog;
  const document: CatalogUpdate = {
    formatVersion: 1,
    environment,
    endpoint: opened.endpoint.baseUrl,
    simulated: opened.simulated,
    status: same ? 'unchanged' : options.check === true ? 'differs' : 'written',
    file: shownPath(options.root, environment),
    models: { total: models.length, ...difference.models, unusable: live.unusable.models },
    profiles: { total: profiles.length, ...difference.profiles, unusable: live.unusable.profiles },
  };
  context.out.write(options.format === 'json' ? jsonReport(document) : catalogUpdateText(document, context.out.page));
  return document.status === 'differs' ? ExitCode.differences : ExitCode.done;
}

async function fetchLive(
  context: Context,
  options: SharedOptions,
  opened: OpenedEndpoint,
  secrets: Secrets,
): Promise<LiveCatalog> {
  const reader = openReader({ ...connectOptions(context, options, opened, secrets), signal: context.interrupt });
  try {
    const live = await fetchCatalog(reader);
    if (typeof live === 'string') {
      throw new KnownError('ApiError', `${live} can't be listed: this CXone has no such list`, {
        hint: 'Without it there is no catalogue, and `validate` checks no ids of models and profiles.',
      });
    }
    for (const [list, unusable] of Object.entries(live.unusable)) {
      if (unusable === 0) continue;
      say(context, options, `warning: ${counted(unusable, 'row')} of ${list} left out: no manifest can name their ids`);
    }
    return live;
  } finally {
    await reader.close();
  }
}

/** What the file held; nothing where it is not there or has an error, which this run puts right. */
async function readCommitted(
  context: Context,
  options: CatalogOptions,
  environment: string,
): Promise<Catalog | undefined> {
  const { catalog, problems } = await readCatalog(folderSource(options.root), environment);
  const error = problems.find(({ severity }) => severity === 'error');
  if (error !== undefined) {
    const { file, line, column, message } = error;
    say(context, options, `warning: ${file}:${line}:${column}: ${message} What it held is not compared.`);
  }
  return catalog;
}

/** Neither through a link nor out of the environment's folder, wherever the root is. */
async function refuseToWrite(context: Context, root: string, file: string): Promise<void> {
  const shown = path.relative(context.cwd, file);
  await refuseToReplace(context, shown, file);
  await refuseToReplace(context, shown, file, path.resolve(context.cwd, root));
}

async function write(context: Context, root: string, file: string, catalog: Catalog): Promise<void> {
  // A reviewer reads the file on a page: what hides or reorders text is escaped, and it is the same JSON.
  const text = escapeJson(catalogText(catalog));
  const shown = path.relative(context.cwd, file);
  refuseMasked(context.secrets, { name: shown, text, value: catalog });
  if (Buffer.byteLength(text) > maxFileBytes) {
    throw new KnownError('FileError', `${shown}: the catalogue is larger than 1 MiB, and could not be read back`, {
      hint: 'Nothing was written. The organisation has too many models and profiles for a catalogue.',
    });
  }
  await refuseToWrite(context, root, file);
  try {
    await writeFileAtomic(file, text);
  } catch (cause) {
    const { words, hint } = fileFault(cause);
    throw new KnownError('FileError', `${shown}: the catalogue can't be written there: ${words}`, { hint, cause });
  }
}

/** As problems of the file show it. */
function shownPath(root: string, environment: string): string {
  return `${folderSource(root).root}/${environment}/${catalogFile}`;
}
