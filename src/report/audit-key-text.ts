import type { AuditKeygen } from '../model/generated/audit-keygen.js';
import type { AuditRotate } from '../model/generated/audit-rotate.js';
import { escapeTerminal } from './escape-terminal.js';
import type { Page } from './paint.js';
import { wordsOf, wrapWords } from './wrap-words.js';

/** Where the two halves of a new pair of keys are; the public one stands alone on the first line. */
export function auditKeygenText({ file, publicKeyFile, publicKey }: AuditKeygen, page: Page): string {
  return keyAndWords(page, publicKey, [
    `The private key is in ${file}: give it to the runs that write the ledger, and to nobody else.`,
    `The public key, above and in ${publicKeyFile}, is for those who verify: keep it where the runs can't write.`,
  ]);
}

/** Which key signs a ledger from which entry on. */
export function auditRotateText({ environment, seq, publicKey }: AuditRotate, page: Page): string {
  return keyAndWords(page, publicKey, [
    `It signs the ledger of ${environment} from entry ${seq} on; the key before it counts up to entry ${seq - 1}.`,
    'Give it to the runs in place of the old one, pin it with `audit verify --public-key`, and destroy the old private key.',
  ]);
}

/** A key stays whole, to be copied; the sentences below it end their lines at the page's width. */
function keyAndWords({ width }: Page, key: string, sentences: readonly string[]): string {
  const lines = sentences.map((sentence) => wrapWords(wordsOf(escapeTerminal(sentence)), width, 2));
  return `${[escapeTerminal(key), ...lines].join('\n')}\n`;
}
