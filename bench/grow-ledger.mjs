// Makes a ledger longer, by the rules of docs/ledger.md alone: as many changes as a bench wants would take an hour.
import { createHash } from 'node:crypto';
import { appendFileSync, readFileSync } from 'node:fs';

/**
 * Repeats what a run recorded of its changes, round by round, until the ledger in the file has so many entries, or up to three
 * more. Returns the rows that an audit log has of all of them.
 */
export function growLedger(file, entries) {
  const own = readFileSync(file, 'utf8')
    .trimEnd()
    .split('\n')
    .map((line) => JSON.parse(line));
  const intents = own.filter(({ kind }) => kind === 'intent');
  const outcomes = new Map(own.filter(({ kind }) => kind === 'outcome').map((one) => [one.intent, one]));
  const rows = own.flatMap((one) =>
    one.kind === 'delivered' ? [{ logId: one.logId, ...own[one.outcome - 1].event }] : [],
  );
  const { time } = own.at(-1);
  const last = { seq: own.length, hash: own.at(-1).hash };
  const lines = [];
  const add = (like, members) => {
    const { hash: _hash, ...others } = like;
    const entry = canonical({ ...others, ...members, seq: last.seq + 1, prev: last.hash, time });
    last.hash = createHash('sha256')
      .update(`cxone-gitops-ledger/v1\n${JSON.stringify(entry)}`)
      .digest('hex');
    last.seq += 1;
    lines.push(`${JSON.stringify(canonical({ ...entry, hash: last.hash }))}\n`);
    return last.seq;
  };
  const [delivering, delivered] = ['delivering', 'delivered'].map((wanted) => own.find(({ kind }) => kind === wanted));
  const first = Math.max(...rows.map(({ timestamp }) => Date.parse(timestamp) / 1000)) + 1;
  const changes = (entries - own.length) / 4;
  for (let change = 0; change < changes; change += 1) {
    const intent = intents[change % intents.length];
    const outcome = outcomes.get(intent.seq);
    // Each round of the same targets is a second later: all events differ.
    const second = first + Math.floor(change / intents.length);
    const event = { ...outcome.event, timestamp: new Date(second * 1000).toISOString().replace('.000Z', 'Z') };
    const number = add(outcome, { intent: add(intent, {}), event });
    add(delivering, { outcome: number });
    const logId = `log-${number}`;
    add(delivered, { outcome: number, logId });
    rows.push({ logId, ...event });
  }
  appendFileSync(file, lines.join(''));
  return rows;
}

/** Members in the order of their names, at every depth; all that is in them is plain ASCII here. */
function canonical(value) {
  if (Array.isArray(value)) return value.map(canonical);
  if (value === null || typeof value !== 'object') return value;
  return Object.fromEntries(
    Object.keys(value)
      .toSorted()
      .map((member) => [member, canonical(value[member])]),
  );
}
