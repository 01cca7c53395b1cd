import { sha256 } from '../../model/hash.js';
import type { JsonObject } from '../../model/json.js';
import type { Finding } from '../manifest-document.js';
import { maxFileBytes } from '../manifest-source.js';
import { SourceText } from '../source-text.js';

/**
 * What is wrong with a grammar that is written into a manifest: paths are below the content, lines are those of the
 * grammar. A content without a text names a file that CXone has, and is taken as it is (docs/cxone-api.md).
 */
export async function checkGrxml({ grxml, sha256: hash }: JsonObject): Promise<Finding[]> {
  if (typeof grxml !== 'string' || Buffer.byteLength(grxml) > maxFileBytes) return [];
  const { checkSrgs } = await import('./check-srgs.js');
  const lines = new SourceText('', grxml);
  const findings = checkSrgs(grxml).map(({ offset, message, ...rest }) => {
    const { line, column } = lines.locationAt(offset);
    return { ...rest, path: ['grxml'], message: `Line ${line}, column ${column} of the grammar: ${message}` };
  });
  return [...findings, ...(hash === undefined || hash === sha256(grxml) ? [] : [otherHash(sha256(grxml))])];
}

function otherHash(hash: string): Finding {
  const message = 'sha256 is not the SHA-256 of the grammar’s text.';
  return { code: 'hash-mismatch', path: ['sha256'], message, hint: `Write ${hash}, or leave it out.` };
}
