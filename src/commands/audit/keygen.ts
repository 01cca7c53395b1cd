import path from 'node:path';
import { findRepository } from '../../git/find-repository.js';
import { isKeyName, parseSigningKey, privateKeyText } from '../../ledger/checkpoint/signing-key.js';
import { ExitCode } from '../../model/exit-code.js';
import type { AuditKeygen } from '../../model/generated/audit-keygen.js';
import { KnownError } from '../../model/known-error.js';
import { auditKeygenText } from '../../report/audit-key-text.js';
import { jsonReport } from '../../report/json.js';
import { type Context, type SharedOptions, say } from '../context.js';
import { prosePage } from '../output/prose-page.js';
import { writeNewFiles } from '../output/write-new-files.js';

export interface AuditKeygenOptions extends Pick<SharedOptions, 'format' | 'quiet'> {
  /** Where the private key goes. */
  readonly out?: string;
  readonly name: string;
}

/** `cxone-gitops audit keygen`: makes a pair of keys in two new files, and prints the public one. */
export async function auditKeygenCommand(context: Context, options: AuditKeygenOptions): Promise<ExitCode> {
  const { out, name, format } = options;
  if (out === undefined) {
    throw new KnownError('OptionError', '--out FILE is missing: it names the new file of the private key', {
      hint: 'A place outside the repository, such as ~/.config/cxone-gitops/prod.key. FILE.pub is the public key.',
    });
  }
  if (!isKeyName(name)) {
    throw new KnownError('OptionError', `--name ${name}: a key can't have this name`, {
      hint: 'Take up to 128 printable ASCII characters without spaces and +.',
    });
  }
  const text = privateKeyText(name, Buffer.from(context.random.seed(), 'hex'));
  const { key, secrets } = parseSigningKey(text) ?? refuseOwn();
  for (const secret of secrets) context.secrets.add(secret);
  const [folder, file] = [path.resolve(context.cwd, path.dirname(out)), path.basename(out)];
  await writeNewFiles(context, `--out ${out}`, folder, [
    { path: file, text: `${text}\n`, mode: 0o600 },
    { path: `${file}.pub`, text: `${key.text}\n` },
  ]);
  if (findRepository(folder) !== undefined) {
    say(context, options, `warning: ${out}: it is inside a repository. Add it to .gitignore: git must never have it`);
  }
  const document: AuditKeygen = {
    formatVersion: 1,
    file: out,
    publicKeyFile: `${out}.pub`,
    publicKey: key.text,
    keyName: key.name,
    keyId: key.id,
  };
  context.out.write(format === 'json' ? jsonReport(document) : auditKeygenText(document, prosePage(context.out)));
  return ExitCode.done;
}

function refuseOwn(): never {
  throw new Error('a new key that is not read as one');
}
