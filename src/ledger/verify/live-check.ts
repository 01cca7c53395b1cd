import { kindDefinition } from '../../kinds/kinds.js';
import { hashJson } from '../../model/hash.js';
import { formatIdentity, type Kind, parseIdentity } from '../../model/identity.js';
import type { Live } from '../../model/resource.js';
import { readOwnWrites } from '../read-own-writes.js';
import { collectLastChanges, type LastChange, type LastChanges } from './last-changes.js';
import type { LedgerCheck } from './ledger-check.js';
import { requestsElsewhere } from './requests-elsewhere.js';
import type { VerifyResult } from './verify.js';
import { type LagOptions, waitForLag } from './wait-for-lag.js';

export interface LiveReader {
  /** Every live resource of a kind. Throws a KnownError when it can't be read. */
  list(kind: Kind): Promise<readonly Live[] | 'unsupported'>;
  /** One engine by its id; undefined when there is none. Throws likewise. */
  engine(remoteId: string): Promise<Live | undefined>;
}

export interface LiveCheckOptions extends LagOptions {
  readonly endpoint: string;
  /** Opens what is live for a ledger that was read; throws a KnownError where it must not be. */
  readonly open: (ledger: VerifyResult) => Promise<LiveReader>;
}

/**
 * Holds what is live against what the tool last made of it: names what was changed outside, and what is gone. Live
 * resources that the ledger does not know are unmanaged or were there before, which is no fault (docs/ledger.md).
 */
export function liveCheck(options: LiveCheckOptions): LedgerCheck {
  const known = collectLastChanges(options.endpoint);
  const elsewhere = requestsElsewhere(options.endpoint);
  return {
    name: 'live',
    needsWhole: true,
    entry(entry) {
      known.add(entry);
      elsewhere.add(entry);
    },
    async end(result, findings) {
      const reader = await options.open(result);
      await waitForLag(options, known.lastCreateAt);
      const { live, unlisted } = await readOwnWrites({
        ...options,
        left: known.left,
        all: () => readLive(reader, known),
        engine: (remoteId) => reader.engine(remoteId),
        hashesOf: (all) => {
          const hashes = hashesOf(byRemoteId(all), known);
          return (one) => hashes(one, known.changes.get(one.remoteId)?.seq ?? 0);
        },
      });
      const byId = byRemoteId(live);
      const hashes = hashesOf(byId, known);
      const open = known.mayBe();
      let unreadable = 0;
      for (const [remoteId, change] of known.changes) {
        const one = byId.get(remoteId);
        if (one === undefined && unlisted.has(kindOf(change))) unreadable += 1;
        else if (one === undefined) findings.add(gone(remoteId, change));
        else {
          const seen = hashes(one, change.seq);
          const mayBe = open.get(remoteId) ?? new Set();
          if ([...seen].some((hash) => hash === change.resultHash || mayBe.has(hash))) continue;
          findings.add(changedOutside(remoteId, change, [...seen], known));
        }
      }
      if (unreadable > 0) findings.add(notListed(unreadable));
      const looked = (known.changes.size - unreadable).toLocaleString('en');
      return [`engines and webhooks of the ledger that were looked at: ${looked}`, ...elsewhere.notes()];
    },
  };
}

interface LiveRead {
  readonly live: readonly Live[];
  /** Kinds of which nothing can be said. */
  readonly unlisted: ReadonlySet<Kind>;
}

/** Everything that is listed; and of what the ledger knows and no list shows, each engine by its id. */
async function readLive(reader: LiveReader, { changes }: LastChanges): Promise<LiveRead> {
  const byId = new Map<string, Live>();
  const unlisted = new Set<Kind>();
  const kinds: readonly Kind[] = ['SpeechEngine', 'Webhook'];
  await Promise.all(
    kinds.map(async (kind) => {
      const listed = await reader.list(kind);
      if (listed !== 'unsupported') for (const one of listed) byId.set(one.remoteId, one);
      // Engines are read one by one instead; a webhook has no address of its own.
      else if (kind === 'Webhook') unlisted.add(kind);
    }),
  );
  const unseen = [...changes].filter(([remoteId, change]) => !byId.has(remoteId) && kindOf(change) === 'SpeechEngine');
  const queue = unseen.values();
  const worker = async () => {
    for (const [remoteId] of queue) {
      const one = await reader.engine(remoteId);
      if (one !== undefined) byId.set(remoteId, one);
    }
  };
  await Promise.all(Array.from({ length: 16 }, worker));
  return { live: [...byId.values()], unlisted };
}

function byRemoteId(live: readonly Live[]): Map<string, Live> {
  return new Map(live.map((one) => [one.remoteId, one]));
}

/**
 * The hashes that a live state may have in the ledger. A webhook's names engines, as they were called when it was
 * written: a rename since is no change of the webhook.
 */
function hashesOf(byId: ReadonlyMap<string, Live>, known: LastChanges) {
  return (live: Live, seq: number): ReadonlySet<string> => {
    const now = (id: string) => {
      const named = byId.get(id);
      return named === undefined ? undefined : formatIdentity(named.identity);
    };
    const then = (id: string) => known.nameAt(id, seq);
    const namings = [
      (id: string) => now(id) ?? id,
      (id: string) => then(id) ?? now(id) ?? id,
      // An engine without a manifest keeps its id where another one has its identity.
      (id: string) => then(id) ?? id,
    ];
    const kind = kindDefinition(live.identity.kind);
    return new Set(namings.map((identityOf) => hashJson(kind.liveState(live.entity, identityOf))));
  };
}

function changedOutside(
  remoteId: string,
  { seq, time, id, actor, resultHash }: LastChange,
  hashes: readonly string[],
  known: LastChanges,
) {
  const foundBy = hashes.map((one) => known.foundBy(remoteId, one)).find((one) => one !== undefined);
  const seen = foundBy === undefined ? '' : `, as entry ${foundBy} found it already`;
  const live = hashes[0]?.slice(0, 12);
  return {
    seq,
    code: 'changed-outside',
    message: `${id} (${remoteId}): it was changed outside: live is ${live}${seen}. The tool last changed it here, ${time}, ${byWhom(actor)}, and left ${resultHash.slice(0, 12)}`,
  };
}

function gone(remoteId: string, { seq, time, id, actor }: LastChange) {
  return {
    seq,
    code: 'gone',
    message: `${id} (${remoteId}): CXone has it no more, and this tool removes nothing. It last changed it here, ${time}, ${byWhom(actor)}`,
  };
}

function notListed(count: number) {
  return {
    seq: null,
    code: 'live-unreadable',
    message: `webhooks can't be listed here (that they can is an assumption, docs/cxone-api.md): how ${count.toLocaleString('en')} of the ledger's are now is not known`,
  };
}

function byWhom(actor: string | null): string {
  return actor === null ? 'by nobody knows whom' : `by ${actor}, it says`;
}

function kindOf({ id }: LastChange): Kind {
  return parseIdentity(id)?.kind ?? 'SpeechEngine';
}
