import type { CxoneReader } from '../cxone/connect.js';
import type { Ledger } from '../ledger/open-ledger.js';
import type { Claimed } from '../model/generated/ledger-entry.js';
import { formatIdentity, parseIdentity } from '../model/identity.js';
import { KnownError } from '../model/known-error.js';
import { getByKind } from './live-state.js';

/**
 * Records what a person found out about a create whose outcome is unknown: the id of what it made, or null for nothing.
 * Recovery closes it by that. Throws a KnownError (OptionError) where the ledger has no such create, or where the id is
 * not that of such a resource.
 */
export async function resolveIntent(
  ledger: Ledger,
  reader: CxoneReader,
  id: string,
  answer: string | null,
  claimed: Claimed,
): Promise<void> {
  const open = ledger.state.openIntents.filter(({ entry }) => entry.id === id && entry.remoteId === null);
  if (open.length === 0) {
    const waiting = ledger.state.openIntents
      .filter(({ entry }) => entry.remoteId === null)
      .map(({ entry }) => entry.id);
    throw new KnownError('OptionError', `--resolve ${id}: the ledger has no create of it whose outcome is unknown`, {
      hint: waiting.length === 0 ? 'There is none at all.' : `These wait for an answer: ${waiting.join(', ')}.`,
    });
  }
  if (answer !== null) await checkIdentity(reader, id, answer);
  for (const { entry } of open) {
    await ledger.append({ kind: 'resolved', subject: entry.seq, answer, by: 'person', reason: null, claimed });
  }
}

/** A slip of the pen would have another engine taken for the one that was created. */
async function checkIdentity(reader: CxoneReader, id: string, remoteId: string): Promise<void> {
  const kind = parseIdentity(id)?.kind ?? 'SpeechEngine';
  const live = await getByKind(reader, kind, remoteId);
  if (live !== undefined && formatIdentity(live.identity) === id) return;
  const is = live === undefined ? 'CXone has nothing with that id' : `that is ${formatIdentity(live.identity)}`;
  throw new KnownError('OptionError', `--resolve ${id}=${remoteId}: ${is}`, {
    hint: 'Look in CXone which id it has, or say absent.',
  });
}
