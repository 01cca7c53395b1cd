import { readdir, readFile, stat } from 'node:fs/promises';
import path from 'node:path';
import type { SavedPlan } from '../../ledger/verify/plans-check.js';
import { fileFault } from '../../model/file-fault.js';
import { KnownError } from '../../model/known-error.js';
import { readPlan } from '../../plan/parse-plan.js';
import { type Context, type SharedOptions, say } from '../context.js';

/** As for one saved plan (docs/security.md, "Bounds"). */
const maxBytes = 256 * 1024 * 1024;
/** What an archive may hold, folders included. */
const maxFiles = 100_000;

/**
 * The saved plans of `--plans`: one file, or every `.json` file below a folder, one at a time. What is no plan is left
 * out, and said. Links to folders are not followed. Throws a KnownError for what is not there, for one file that is no
 * plan, and beyond the bounds.
 */
export async function* planArchive(
  context: Context,
  options: SharedOptions,
  archive: string,
): AsyncIterable<SavedPlan> {
  const at = path.resolve(context.cwd, archive);
  const isFolder = await isDirectory(at, archive);
  let unusable = 0;
  for await (const file of isFolder ? filesBelow(at, archive) : [at]) {
    if (context.interrupt.aborted) throw new KnownError('InterruptedError', 'the check was interrupted');
    const shown = isFolder ? path.join(archive, path.relative(at, file)) : archive;
    const read = await readPlanFile(file);
    if (typeof read === 'object') {
      const { environment, endpoint, planHash, changes } = read.plan;
      yield { file: shown, planHash, isWhole: read.isWhole, environment, endpoint, changes };
      continue;
    }
    if (!isFolder) throw new KnownError('OptionError', `--plans ${archive}: ${read}`, { hint: wanted });
    unusable += 1;
    if (unusable <= mostNamed) say(context, options, `warning: ${shown}: ${read}; it is left out`);
  }
  if (unusable > mostNamed) say(context, options, `warning: ${unusable - mostNamed} more files are left out`);
}

const mostNamed = 10;
const wanted = 'Name a plan that `cxone-gitops plan <env> --out FILE` saved, or a folder of them.';

async function isDirectory(at: string, archive: string): Promise<boolean> {
  try {
    return (await stat(at)).isDirectory();
  } catch (cause) {
    throw new KnownError('OptionError', `--plans ${archive}: it can't be read: ${fileFault(cause).words}`, {
      hint: wanted,
      cause,
    });
  }
}

async function* filesBelow(folder: string, archive: string): AsyncIterable<string> {
  const folders = [folder];
  let seen = 0;
  for (let next = folders.pop(); next !== undefined; next = folders.pop()) {
    const entries = await readdir(next, { withFileTypes: true }).catch((cause: unknown) => {
      const { words, hint } = fileFault(cause);
      throw new KnownError('FileError', `--plans ${archive}: ${next} can't be read: ${words}`, { hint, cause });
    });
    seen += entries.length;
    if (seen > maxFiles) {
      throw new KnownError(
        'OptionError',
        `--plans ${archive}: it holds more than ${maxFiles.toLocaleString('en')} files`,
        {
          hint: 'Check a part of it at a time.',
        },
      );
    }
    for (const entry of entries.toSorted((one, other) => (one.name < other.name ? -1 : 1))) {
      const file = path.join(next, entry.name);
      if (entry.isDirectory()) folders.push(file);
      else if (entry.name.endsWith('.json')) yield file;
    }
  }
}

/** The plan, or in words why there is none. */
async function readPlanFile(file: string): Promise<ReturnType<typeof readPlan>> {
  let text: string;
  try {
    const found = await stat(file);
    // To open a named pipe would wait for somebody who writes to it.
    if (!found.isFile()) return 'it is no plain file';
    if (found.size > maxBytes) return 'it is larger than 256 MiB';
    text = await readFile(file, 'utf8');
  } catch {
    return "it can't be read";
  }
  return readPlan(text);
}
