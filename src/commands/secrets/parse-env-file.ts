/** What an env file supplies, and what is wrong with it. */
export interface EnvFileText {
  readonly values: Readonly<Record<string, string>>;
  readonly faults: readonly EnvFileFault[];
}

/** Says nothing of a line's content: a secret may stand there. */
export interface EnvFileFault {
  /** Counts from 1. */
  readonly line: number;
  readonly code: string;
  readonly message: string;
  readonly hint: string;
}

/** What an env file may supply: credentials and header values (docs/security.md, "Trust"). */
const supplied = /^CXONE_(?!GITOPS_)/;

/**
 * Reads lines `KEY=value`, with or without `export `, empty lines and comments. A value in quotes is what stands between
 * them; one without ends before ` #`. Programs disagree about anything else (`#` inside of a value, backslashes, several
 * lines), so that is a fault for the variables that count, and passed over for others.
 */
export function parseEnvFile(text: string): EnvFileText {
  const lines = text.split(/\r\n|\n|\r/);
  const values: Record<string, string> = {};
  const faults: EnvFileFault[] = [];
  for (let index = 0; index < lines.length; index += 1) {
    const line = index + 1;
    const content = (lines[index] ?? '').trim();
    if (content === '' || content.startsWith('#')) continue;
    const [, name = '', written = ''] = /^(?:export\s+)?([A-Za-z_][\w.-]*)\s*=(.*)$/.exec(content) ?? [];
    if (name === '') {
      faults.push({ line, ...noAssignment });
    } else if (/^CXONE_GITOPS_/i.test(name)) {
      faults.push({ line, ...anOption(name) });
    } else if (supplied.test(name)) {
      const read = readValue(written.trim());
      if (typeof read === 'string') values[name] = read;
      else faults.push({ line, ...read });
    } else {
      const end = endOfForeign(lines, index, written.trim());
      if (end === undefined) faults.push({ line, ...openQuote });
      index = end ?? index;
    }
  }
  return { values, faults };
}

type Fault = Omit<EnvFileFault, 'line'>;

const quoteIt = 'Put the value between single quotes.';

const noAssignment: Fault = {
  code: 'no-assignment',
  message: 'The line is not KEY=value.',
  hint: 'Write KEY=value, or begin the line with # if it is a comment.',
};

const openQuote: Fault = {
  code: 'open-quote',
  message: 'The quotation mark that begins the value has no partner.',
  hint: 'End the value with the same quotation mark, on the same line.',
};

function anOption(name: string): Fault {
  return {
    code: 'option-in-env-file',
    message: `${name} has no effect here: an env file supplies credentials and header values only.`,
    hint: 'Set it in the environment, or give the option on the command line.',
  };
}

/** The value of a variable that counts, or why it can't be told. */
function readValue(written: string): string | Fault {
  const quote = quoteOf(written);
  if (quote === undefined) {
    const value = written.replace(/(?:^|\s)#.*$/, '').trim();
    if (!value.includes('#')) return value;
    return { code: 'ambiguous-value', message: 'The value holds a #, which may begin a comment.', hint: quoteIt };
  }
  const end = written.indexOf(quote, 1);
  if (end === -1) return openQuote;
  const value = written.slice(1, end);
  if (!/^\s*(?:#.*)?$/.test(written.slice(end + 1))) {
    const message = 'Text follows the quotation mark that ends the value.';
    return {
      code: 'text-after-quote',
      message,
      hint: 'Put the whole value between quotation marks that it does not hold.',
    };
  }
  if (quote !== '"' || !value.includes('\\')) return value;
  const message = 'The value holds a backslash between double quotes, which programs read differently.';
  return { code: 'ambiguous-value', message, hint: quoteIt };
}

/** The index of the last line of a value that does not count; undefined where its quotation mark has no partner. */
function endOfForeign(lines: readonly string[], from: number, written: string): number | undefined {
  const quote = quoteOf(written);
  if (quote === undefined || closes(written.slice(1), quote)) return from;
  for (let index = from + 1; index < lines.length; index += 1) if (closes(lines[index] ?? '', quote)) return index;
  return undefined;
}

function closes(text: string, quote: string): boolean {
  return (quote === '"' ? text.replaceAll(/\\./g, '') : text).includes(quote);
}

function quoteOf(written: string): string | undefined {
  return /^["'`]/.exec(written)?.[0];
}
