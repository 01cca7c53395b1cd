import path from 'node:path';
import writeFileAtomic from 'write-file-atomic';
import { makeFolders } from '../../ledger/file/make-folders.js';
import { ExitCode } from '../../model/exit-code.js';
import { fileFault } from '../../model/file-fault.js';
import { KnownError } from '../../model/known-error.js';
import { nearest } from '../../model/nearest.js';
import { jsonReport } from '../../report/json.js';
import { type Context, type SharedOptions, say } from '../context.js';
import { refuseToReplace } from '../output/refuse-to-replace.js';
import { manifestSchemas, type PublishedSchema, publishedSchemas } from './published-schemas.js';
import { schemaFile, schemaText } from './schema-file.js';
import { standaloneSchema } from './standalone-schema.js';

export interface SchemaOptions extends Pick<SharedOptions, 'format' | 'quiet'> {
  /** A folder for the schemas of manifests. */
  readonly out?: string;
}

/** `cxone-gitops schema`: prints one schema, lists all, or writes those of manifests for editors. */
export async function schemaCommand(
  context: Context,
  name: string | undefined,
  options: SchemaOptions,
): Promise<ExitCode> {
  if (options.out !== undefined) await writeSchemas(context, name, options, options.out);
  else if (name === undefined) context.out.write(list(context, options));
  else context.out.write(jsonReport(standaloneSchema(find(name).schema, allSchemas())));
  return ExitCode.done;
}

function allSchemas() {
  return publishedSchemas.map(({ schema }) => schema);
}

/** By its name in any case and spelling: `SpeechEngine`, `speech-engine`. */
function find(name: string): PublishedSchema {
  const found = publishedSchemas.find((one) => plain(one.name) === plain(name));
  if (found !== undefined) return found;
  const names = publishedSchemas.map((one) => one.name);
  const meant = nearest(name, names);
  const all = `There are: ${names.join(', ')}.`;
  throw new KnownError('OptionError', `there is no schema ${JSON.stringify(name)}`, {
    hint: meant === undefined ? all : `Did you mean ${meant}? ${all}`,
  });
}

function plain(name: string): string {
  return name.replaceAll(/[^a-z0-9]/gi, '').toLowerCase();
}

function list({ out }: Context, { format }: SchemaOptions): string {
  if (format === 'json') {
    const schemas = publishedSchemas.map(({ name, title, description }) => ({ name, title, description }));
    return jsonReport({ formatVersion: 1, schemas });
  }
  const { paint, width } = out.page;
  const column = Math.max(...publishedSchemas.map(({ name }) => name.length));
  const rows = publishedSchemas.map(({ name, description }) => {
    return `${paint.bold(name)}${' '.repeat(column - name.length)}  ${firstSentence(description, width - column - 2)}\n`;
  });
  return rows.join('');
}

function firstSentence(text: string, room: number): string {
  const [first = ''] = text.split(/(?<=\.) /);
  return first.length <= room ? first : `${first.slice(0, Math.max(1, room - 1))}…`;
}

/** Side by side, as their references to each other want it; older ones are replaced. */
async function writeSchemas(
  context: Context,
  name: string | undefined,
  options: SchemaOptions,
  out: string,
): Promise<void> {
  if (name !== undefined) {
    const hint = `--out writes ${manifestSchemas.map(schemaFile).join(', ')}. Leave ${name} out, or --out.`;
    throw new KnownError('OptionError', `${name} and --out were given together`, { hint });
  }
  const folder = path.resolve(context.cwd, out);
  const files = manifestSchemas.map((one) => ({ file: path.join(folder, schemaFile(one)), text: schemaText(one) }));
  for (const { file } of files) await refuseToReplace(context, `--out ${out}`, file);
  try {
    await makeFolders(folder);
    for (const { file, text } of files) await writeFileAtomic(file, text);
  } catch (cause) {
    const { words, hint } = fileFault(cause);
    throw new KnownError('FileError', `--out ${out}: the schemas can't be written there: ${words}`, { hint, cause });
  }
  for (const { file } of files) say(context, options, `saved ${path.relative(context.cwd, file)}`);
}
