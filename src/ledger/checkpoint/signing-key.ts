import { createHash, createPrivateKey, createPublicKey, type KeyObject, sign, verify } from 'node:crypto';

/** An Ed25519 key that signatures are checked with. */
export interface PublicKey {
  /** ASCII, without spaces and `+`. */
  readonly name: string;
  /** 8 lowercase hex digits, of name and key: with the name, it says which key. */
  readonly id: string;
  /** Its one text, `<name>+<id>+<base64 of 0x01 and the key>`: what the makers of the format call a verifier key. */
  readonly text: string;
  verify(text: string, signature: Buffer): boolean;
}

/** One that signs. The private half is in no member of it. */
export interface SigningKey extends PublicKey {
  sign(text: string): Buffer;
}

/** A key that was read, and each spelling of its secret, to be masked. */
export interface ReadSigningKey {
  readonly key: SigningKey;
  readonly secrets: readonly string[];
}

/** What every text of a private key begins with. */
export const PRIVATE_KEY = 'PRIVATE+KEY+';

/** Ed25519, of https://c2sp.org/signed-note, and 32 bytes. */
const TYPE = 1;
const KEY = '([!-*,-~]{1,128})\\+([0-9a-f]{8})\\+(A[Q-Za-f][A-Za-z0-9+/]{42})';
const publicText = new RegExp(`^${KEY}$`, 'u');
const privateText = new RegExp(`^PRIVATE\\+KEY\\+${KEY}$`, 'u');

/** What RFC 8410 puts in front of the 32 bytes of a public key, and of a seed. */
const SPKI = Buffer.from('302a300506032b6570032100', 'hex');
const PKCS8 = Buffer.from('302e020100300506032b657004220420', 'hex');

/** The key of a public key's text; undefined for any other text, also where its id is not that of the key. */
export function parsePublicKey(text: string): PublicKey | undefined {
  const [, name, id, base64] = publicText.exec(text) ?? [];
  if (name === undefined || base64 === undefined) return undefined;
  const bytes = Buffer.from(base64, 'base64').subarray(1);
  const key = publicKey(
    name,
    bytes,
    createPublicKey({ key: Buffer.concat([SPKI, bytes]), format: 'der', type: 'spki' }),
  );
  return key.id === id ? key : undefined;
}

/** The key of a private key's text; undefined for any other text, also where its id is not that of the key. */
export function parseSigningKey(text: string): ReadSigningKey | undefined {
  const [, name, id, base64] = privateText.exec(text) ?? [];
  if (name === undefined || base64 === undefined) return undefined;
  const seed = Buffer.from(base64, 'base64').subarray(1);
  const key = signingKey(name, seed);
  const secrets = [text, base64, seed.toString('hex'), seed.toString('base64'), seed.toString('base64url')];
  return key.id === id ? { key, secrets } : undefined;
}

/** The text of the private key of a seed, 32 random bytes. Throws for a name that isKeyName refuses. */
export function privateKeyText(name: string, seed: Buffer): string {
  if (!isKeyName(name) || seed.length !== 32) throw new Error('a key of another name or seed than it can have');
  return `${PRIVATE_KEY}${name}+${signingKey(name, seed).id}+${typed(seed).toString('base64')}`;
}

/** Whether a key can have this name: printable ASCII without spaces and `+`, 128 characters at most. */
export function isKeyName(name: string): boolean {
  return /^[!-*,-~]{1,128}$/u.test(name);
}

/** The name and the id of a key, as messages name it. */
export function keyWords({ name, id }: Pick<PublicKey, 'name' | 'id'>): string {
  return `${name}+${id}`;
}

function signingKey(name: string, seed: Buffer): SigningKey {
  const secret = createPrivateKey({ key: Buffer.concat([PKCS8, seed]), format: 'der', type: 'pkcs8' });
  const open = createPublicKey(secret);
  const bytes = open.export({ format: 'der', type: 'spki' }).subarray(SPKI.length);
  return { ...publicKey(name, bytes, open), sign: (text) => sign(null, Buffer.from(text, 'utf8'), secret) };
}

function publicKey(name: string, bytes: Buffer, key: KeyObject): PublicKey {
  const encoded = typed(bytes);
  const id = createHash('sha256').update(`${name}\n`).update(encoded).digest('hex').slice(0, 8);
  return {
    name,
    id,
    text: `${name}+${id}+${encoded.toString('base64')}`,
    verify: (text, signature) => verify(null, Buffer.from(text, 'utf8'), key, signature),
  };
}

function typed(bytes: Buffer): Buffer {
  return Buffer.concat([Buffer.of(TYPE), bytes]);
}
