import { originOf, parseCheckpoint, type SignedCheckpoint } from '../checkpoint/checkpoint.js';
import { type GoodCheckpoint, judgeCheckpoint } from '../checkpoint/judge-checkpoint.js';
import { OWN_CHECKPOINT } from '../checkpoint/own-checkpoint.js';
import { isNoteFault } from '../checkpoint/signed-note.js';
import { keyWords, type PublicKey } from '../checkpoint/signing-key.js';
import type { Findings, LedgerCheck } from './ledger-check.js';
import type { VerifyResult } from './verify.js';

/** A checkpoint that was kept elsewhere. */
export interface KeptCheckpoint {
  /** What messages call it, such as its file. */
  readonly named: string;
  readonly checkpoint: SignedCheckpoint;
}

export interface SignaturesOptions {
  readonly environment: string;
  /** The checkpoint that is kept beside the ledger, read before the ledger was: undefined when there is none. */
  readonly own: string | undefined;
  readonly kept: readonly KeptCheckpoint[];
  /** A key that is trusted whatever the ledger says: it has to be one of the ledger's. */
  readonly pinned: PublicKey | undefined;
  /** How many entries the ledger has to have at least. */
  readonly minSize: number | undefined;
  /** Whether all entries have to be signed. */
  readonly requireSigned: boolean;
}

/** How far a ledger is signed. */
export interface Signed {
  readonly size: number;
  /** How many entries come behind that. */
  readonly unsigned: number;
  readonly keyName: string;
  readonly keyId: string;
  /** Whether the reader's own key vouches for that key, and not the ledger alone. */
  readonly pinned: boolean;
}

/** A check that also tells how far the ledger is signed; null where no checkpoint counts. */
export interface SignaturesCheck extends LedgerCheck {
  readonly signed: Signed | null;
}

/**
 * Holds a ledger against signed checkpoints, its own and copies kept elsewhere, which all have to be prefixes of it
 * (docs/ledger.md, "Checkpoints"). They are known before it is read, so that memory does not grow with it.
 */
export function signaturesCheck(options: SignaturesOptions): SignaturesCheck {
  const { environment, own, kept, pinned } = options;
  const parsed = own === undefined ? undefined : parseCheckpoint(own);
  const ownOne = parsed === undefined || isNoteFault(parsed) ? [] : [{ named: OWN_CHECKPOINT, checkpoint: parsed }];
  const all: readonly KeptCheckpoint[] = [...ownOne, ...kept];
  const heads = new Map<number, string | undefined>(all.map(({ checkpoint }) => [checkpoint.size, undefined]));
  let signed: Signed | null = null;
  return {
    name: 'signatures',
    needsWhole: false,
    entry({ seq, hash }) {
      if (heads.has(seq)) heads.set(seq, hash);
    },
    end(result, findings) {
      if (parsed !== undefined && isNoteFault(parsed)) {
        findings.add({ seq: null, code: 'checkpoint-odd', message: `${OWN_CHECKPOINT} is none: ${parsed.fault}` });
      }
      const origin = result.ledgerId === '' ? undefined : originOf(result.ledgerId, environment);
      const read = { origin, entries: result.entries, keys: result.keys, whole: isWhole(result) };
      const good: GoodCheckpoint[] = [];
      const behind: KeptCheckpoint[] = [];
      for (const one of all) {
        const { named, checkpoint } = one;
        const head = heads.get(checkpoint.size);
        const judged = judgeCheckpoint(checkpoint, named, { ...read, head }, pinned);
        if (judged === undefined) behind.push(one);
        else if ('code' in judged) findings.add(judged);
        else good.push(judged);
      }
      signed = signedTo(result, good, pinned);
      addDemands(options, result, signed, findings);
      const held = kept.filter((one) => !behind.includes(one)).length;
      const isUnknown = signed === null && behind.length > 0;
      return Promise.resolve([
        ...(isUnknown ? ['how far it is signed is not known'] : signedWords(signed, pinned)),
        ...copiesWords(held),
        ...behind.map(behindWords),
      ]);
    },
    get signed() {
      return signed;
    },
  };
}

/** Nothing comes behind what was read: a bad entry would hide it. */
function isWhole({ fault }: VerifyResult): boolean {
  return fault === undefined || fault.code === 'empty' || fault.code === 'unfinished';
}

function signedTo({ entries, keys }: VerifyResult, good: readonly GoodCheckpoint[], pinned: PublicKey | undefined) {
  const [last] = good.toSorted((one, other) => other.size - one.size);
  if (last === undefined) return null;
  const { size, key } = last;
  // Every key of a chain is signed by the next, and signs the next: one that is trusted vouches for all.
  const isPinned = pinned !== undefined && (pinned.text === key.text || keys.find(pinned) !== undefined);
  return { size, unsigned: entries - size, keyName: key.name, keyId: key.id, pinned: isPinned };
}

/** What the reader asks of the ledger besides that what was signed is there. */
function addDemands(
  { pinned, minSize, requireSigned }: SignaturesOptions,
  result: VerifyResult,
  signed: Signed | null,
  findings: Findings,
): void {
  const { entries, keys } = result;
  const whole = isWhole(result);
  if (minSize !== undefined && whole && entries < minSize) {
    const message = `it has ${entries} entries, and --min-size asks for ${minSize}: its end was cut off, or it is another ledger`;
    findings.add({ seq: null, code: 'too-short', message });
  }
  if (entries === 0 || !whole) return;
  if (pinned !== undefined && keys.find(pinned) === undefined) {
    const has = keys.current === undefined ? 'it has no key' : `its key is ${keyWords(keys.current)}`;
    const message = `${keyWords(pinned)} (--public-key) never signed this ledger, ${has}: it was rewritten, or it is another one`;
    findings.add({ seq: null, code: 'public-key', message });
  }
  if (!requireSigned || signed?.unsigned === 0) return;
  const from = (signed?.size ?? 0) + 1;
  const [what, them] =
    from === entries ? ['it is not signed', 'it'] : [`it and all up to entry ${entries} are not signed`, 'them'];
  const message = `${what} (--require-signed): a run had no key, or died before it signed, or somebody else wrote ${them}`;
  findings.add({ seq: from, code: 'unsigned', message });
}

function signedWords(signed: Signed | null, pinned: PublicKey | undefined): string[] {
  if (signed === null) return ['nothing is signed: no checkpoint counts'];
  const { size, unsigned, keyName, keyId } = signed;
  const by = keyWords({ name: keyName, id: keyId });
  const why = !signed.pinned
    ? 'by the word of the ledger alone (--public-key pins a key)'
    : pinned !== undefined && keyWords(pinned) !== by
      ? `which ${keyWords(pinned)} (--public-key) vouches for`
      : 'the key of --public-key';
  return [`signed to ${size}, ${unsigned} unsigned: by ${by}, ${why}`];
}

function behindWords({ named, checkpoint }: KeptCheckpoint): string {
  return `not held against ${named}, which is of ${checkpoint.size} entries: a bad one comes before`;
}

function copiesWords(copies: number): string[] {
  if (copies === 0) return [];
  return [`held against ${copies} ${copies === 1 ? 'checkpoint' : 'checkpoints'} kept elsewhere`];
}
