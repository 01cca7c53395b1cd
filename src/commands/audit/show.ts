import type { EntryOf } from '../../ledger/entry.js';
import type { LedgerStore } from '../../ledger/ledger-store.js';
import { createTimeline } from '../../ledger/timeline/timeline.js';
import { type TimelineFilter, timelineFilter } from '../../ledger/timeline/timeline-filter.js';
import { type VerifyResult, verifyLedger } from '../../ledger/verify/verify.js';
import { folderSource } from '../../manifest/folder-source.js';
import { listEnvironments } from '../../manifest/list-environments.js';
import { loadEnvironment } from '../../manifest/load-environment.js';
import { ExitCode } from '../../model/exit-code.js';
import type { AuditShow, TimelineRow } from '../../model/generated/audit-show.js';
import { KnownError } from '../../model/known-error.js';
import type { TimelineFormat } from '../../report/timeline-format.js';
import { timelineMarkdown } from '../../report/timeline-markdown.js';
import { timelineText } from '../../report/timeline-text.js';
import { type Context, type SharedOptions, say } from '../context.js';
import { eachEnvironment, selectEnvironments } from '../environment/each-environment.js';
import { ledgerStore } from '../ledger/ledger-store.js';
import { readMoment } from './moment.js';

export interface AuditShowOptions extends SharedOptions {
  /** Patterns of identities. */
  readonly engine: readonly string[];
  readonly since?: string;
  readonly until?: string;
  readonly actor?: string;
}

/**
 * `cxone-gitops audit show`: what the ledger records, for people; needs no network, no credentials and no lock. It is
 * checked on the way, and shown up to its first bad entry. Text and Markdown are printed as they are read.
 */
export async function auditShowCommand(
  context: Context,
  named: readonly string[],
  options: AuditShowOptions,
): Promise<ExitCode> {
  const filter = readFilter(context, options);
  const all = options.all === true || named.length === 0;
  const listed = all ? await listEnvironments(folderSource(options.root)) : [];
  const { environments, single } = selectEnvironments(named, all, listed, options.root);
  return eachEnvironment(context, options, environments, single, async (environment) => {
    const { settings } = await loadEnvironment(folderSource(options.root), environment);
    const store = ledgerStore(context, options, settings, environment);
    const separate = environment === environments[0] ? '' : '\n';
    const document = await showLedger(store, { environment, filter }, printerOf(context, options, separate));
    if (document.filter.engine.length > 0 && document.shown === 0 && document.filteredOut > 0) {
      const example = 'a pattern is a whole identity, such as SpeechEngine/IVR@* or Webhook/*';
      say(context, options, `${environment}: nothing matches; ${example}.`);
    }
    const { shown: _, ...published } = document;
    return { document: published, exitCode: document.fault === null ? ExitCode.done : ExitCode.auditIncomplete };
  });
}

function readFilter({ clock }: Context, { engine, since, until, actor }: AuditShowOptions): TimelineFilter {
  const now = clock.now();
  const first = since === undefined ? null : readMoment('--since', since, now, 'first');
  const last = until === undefined ? null : readMoment('--until', until, now, 'last');
  if (first !== null && last !== null && first > last) {
    throw new KnownError('OptionError', `--since ${since} is later than --until ${until}`, {
      hint: 'Nothing lies between them. Was one taken for the other?',
    });
  }
  return { engine: [...engine], since: first, until: last, actor: actor ?? null };
}

/** Where rows go as they come: to stdout, or nowhere but into the document. */
interface RowPrinter {
  readonly format: TimelineFormat | undefined;
  readonly write: (text: string) => void;
  readonly flush: () => void;
}

function printerOf({ out }: Context, { format }: AuditShowOptions, separate: string): RowPrinter {
  let text = separate;
  const flush = () => {
    out.write(text);
    text = '';
  };
  const write = (more: string) => {
    text += more;
    // A system call a row would cost more than the row.
    if (text.length > 65_536) flush();
  };
  if (format === 'json') return { format: undefined, write: () => undefined, flush: () => undefined };
  return { format: format === 'markdown' ? timelineMarkdown() : timelineText(out.page), write, flush };
}

type Shown = AuditShow & { readonly shown: number };

async function showLedger(
  store: LedgerStore,
  { environment, filter }: Pick<AuditShow, 'environment' | 'filter'>,
  { format, write, flush }: RowPrinter,
): Promise<Shown> {
  const isAskedFor = timelineFilter(filter);
  const rows: TimelineRow[] = [];
  let genesis: EntryOf<'genesis'> | undefined;
  const counts = { shown: 0, filteredOut: 0 };
  const timeline = createTimeline((row) => {
    if (!isAskedFor(row)) {
      counts.filteredOut += 1;
      return;
    }
    counts.shown += 1;
    if (format === undefined) rows.push(row);
    else write(format.row(row, genesis?.endpoint ?? null));
  });
  const result = await verifyLedger(store.read(), {
    environment,
    onEntry(entry) {
      if (entry.kind === 'genesis') {
        genesis = entry;
        write(format?.head({ ...beginning(genesis), environment, filter }) ?? '');
      }
      timeline.add(entry);
    },
  });
  timeline.end();
  const document = {
    formatVersion: 1,
    environment,
    ...ending(store.name, result),
    ...beginning(genesis),
    filter,
    ...counts,
  } as const;
  write(format?.end(document) ?? '');
  flush();
  return { ...document, timeline: rows };
}

function beginning(genesis: EntryOf<'genesis'> | undefined) {
  const { endpoint = null, simulated = null, ledgerId = null } = genesis ?? {};
  return { endpoint, simulated, ledgerId };
}

function ending(
  ledger: string,
  { fault, entries, head }: VerifyResult,
): Pick<AuditShow, 'status' | 'fault' | 'entries' | 'head'> {
  const counts = { entries, head: entries === 0 ? null : head };
  if (fault === undefined) return { status: 'whole', fault: null, ...counts };
  if (fault.code !== 'empty') return { status: 'broken', fault, ...counts };
  // A ledger that is not there has no first entry to blame.
  return { status: 'missing', fault: { ...fault, seq: null, message: `${fault.message} (${ledger})` }, ...counts };
}
