import type { CxoneReader } from '../../cxone/connect.js';
import type { Catalog } from '../../model/generated/catalog.js';

/** The catalogue that an organisation has now, and how many of its rows were left out because of their ids. */
export interface LiveCatalog {
  readonly catalog: Catalog;
  readonly unusable: { readonly models: number; readonly profiles: number };
}

/** Fetches both lists at once; the name of the list that this CXone does not have, where one is missing. Rejects as the reader does. */
export async function fetchCatalog(
  reader: Pick<CxoneReader, 'listModels' | 'listProfiles'>,
): Promise<LiveCatalog | 'models' | 'profiles'> {
  const [models, profiles] = await Promise.all([reader.listModels(), reader.listProfiles()]);
  if (models === 'unsupported') return 'models';
  if (profiles === 'unsupported') return 'profiles';
  return {
    catalog: { formatVersion: 1, models: models.rows, profiles: profiles.rows },
    unusable: { models: models.unusable, profiles: profiles.unusable },
  };
}
