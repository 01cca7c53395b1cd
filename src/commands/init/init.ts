import { readdir, readFile } from 'node:fs/promises';
import path from 'node:path';
import { type FirstEnvironment, firstEnvironment } from '../../manifest/first-environment.js';
import { environmentFile } from '../../manifest/read-folder.js';
import { ExitCode } from '../../model/exit-code.js';
import type { Init } from '../../model/generated/init.js';
import { KnownError } from '../../model/known-error.js';
import { type InitReport, initNextSteps, initText } from '../../report/init-text.js';
import { jsonReport } from '../../report/json.js';
import type { Context, SharedOptions } from '../context.js';
import { isThere, type NewFile, writeNewFiles } from '../output/write-new-files.js';
import { manifestSchemas } from '../schema/published-schemas.js';
import { schemaFile, schemaText } from '../schema/schema-file.js';
import { type InitAnswerOptions, initAnswers } from './init-answers.js';

export interface InitOptions extends InitAnswerOptions, Pick<SharedOptions, 'root' | 'format' | 'quiet'> {}

const schemaFolder = 'schemas';
const ledgerFolder = '.cxone-gitops';

/** `cxone-gitops init`: writes a first environment that validates, and overwrites nothing. */
export async function initCommand(context: Context, named: string, options: InitOptions): Promise<ExitCode> {
  const folder = path.resolve(context.cwd, named);
  const root = rootWithin(folder, named, options.root);
  const isTaken = (environment: string) => isThere(path.join(folder, root, environment));
  const answers = await initAnswers(context, options, isTaken);
  await refuseOthersFolder(folder, named, path.posix.join(root, answers.environment));
  const ignore = await ignoreFile(folder);
  const files = [...ignore.files, ...(await schemaFiles(folder)), ...manifestFiles(answers, root)];
  await writeNewFiles(context, `init ${named}`, folder, files);
  print(context, options, {
    environment: answers.environment,
    folder: path.relative(context.cwd, folder) || '.',
    root: root === 'environments' ? undefined : root || '.',
    files: files.map((file) => file.path),
    advice: ignore.advice,
  });
  return ExitCode.done;
}

/** The manifests' root below the folder, with `/`; empty where it is the folder. */
function rootWithin(folder: string, named: string, root: string): string {
  const relative = path.relative(folder, path.resolve(folder, root)).split(path.sep).join('/');
  if (relative !== '..' && !relative.startsWith('../') && !path.isAbsolute(relative)) return relative;
  throw new KnownError('OptionError', `--root ${root}: it is outside of ${named}`, {
    hint: 'Nothing is written outside of the folder that init is for: give --root as a path below it.',
  });
}

/** Manifests that are there without an environment.yaml would become part of the environment, and nobody has seen them. */
async function refuseOthersFolder(folder: string, named: string, environment: string): Promise<void> {
  const entries: string[] = await readdir(path.join(folder, environment)).catch(() => []);
  if (entries.length === 0 || entries.includes(environmentFile)) return;
  throw new KnownError('OptionError', `init ${named}: ${environment} holds other files already`, {
    hint: 'Nothing was written. Name another environment, or move them away.',
  });
}

/** What keeps the ledger out of git: a file, or advice where there is one that does not. */
async function ignoreFile(folder: string): Promise<{ readonly files: NewFile[]; readonly advice: string | undefined }> {
  const file = path.join(folder, '.gitignore');
  if (!(await isThere(file))) {
    const text = `# The ledger: a record of every change, kept where it outlives a checkout.\n${ledgerFolder}/\n`;
    return { files: [{ path: '.gitignore', text }], advice: undefined };
  }
  const lines = (await readFile(file, 'utf8').catch(() => '')).split(/\r?\n/);
  const isIgnored = lines.some((line) => line.replaceAll(/^\/|\/$/g, '').trim() === ledgerFolder);
  return {
    files: [],
    advice: isIgnored ? undefined : `Add ${ledgerFolder}/ to .gitignore: the ledger is not for git.`,
  };
}

/** Those that are not there just as they would be written: a second environment shares them. */
async function schemaFiles(folder: string): Promise<NewFile[]> {
  const files: NewFile[] = [];
  for (const schema of manifestSchemas) {
    const file = { path: `${schemaFolder}/${schemaFile(schema)}`, text: schemaText(schema) };
    const present = await readFile(path.join(folder, file.path), 'utf8').catch(() => undefined);
    if (present !== file.text) files.push(file);
  }
  return files;
}

function manifestFiles(answers: FirstEnvironment, root: string): NewFile[] {
  const schemas = path.posix.relative(root, schemaFolder) || '.';
  return Array.from(firstEnvironment(answers, schemas), ([file, text]) => ({
    path: path.posix.join(root, file),
    text,
  }));
}

function print(context: Context, options: InitOptions, report: InitReport): void {
  const { environment, folder, files } = report;
  const document: Init = { formatVersion: 1, environment, folder, files: [...files] };
  context.out.write(options.format === 'json' ? jsonReport(document) : initText(report, context.out.page));
  if (options.quiet !== true) context.err.write(initNextSteps(report, context.err.page));
}
