import type { AuditKeygen } from '../model/generated/audit-keygen.js';
import type { AuditRotate } from '../model/generated/audit-rotate.js';
import { escapeTerminal } from './escape-terminal.js';

/** Where the two halves of a new pair of keys are; the public one stands alone on the first line. */
export function auditKeygenText({ file, publicKeyFile, publicKey }: AuditKeygen): string {
  return (
    `${escapeTerminal(publicKey)}\n` +
    `The private key is in ${escapeTerminal(file)}: give it to the runs that write the ledger, and to nobody else.\n` +
    `The public key, above and in ${escapeTerminal(publicKeyFile)}, is for those who verify: keep it where the runs can't write.\n`
  );
}

/** Which key signs a ledger from which entry on. */
export function auditRotateText({ environment, seq, publicKey }: AuditRotate): string {
  return (
    `${escapeTerminal(publicKey)}\n` +
    `It signs the ledger of ${escapeTerminal(environment)} from entry ${seq} on; the key before it counts up to entry ${seq - 1}.\n` +
    'Give it to the runs in place of the old one, pin it with `audit verify --public-key`, and destroy the old private key.\n'
  );
}
