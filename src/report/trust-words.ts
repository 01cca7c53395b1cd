import type { TrustChange } from '../model/trust-changes.js';

/** A changed trusted setting in words. Texts come from manifests: whoever shows them escapes them. */
export interface TrustWords {
  /** What accepting the change orders, such as `Send CXONE_WEBHOOK_QA to https://qa.example.com`. */
  readonly order: string;
  /** What holds until now, such as `nowhere`. */
  readonly before: string;
}

/** The words for a change. A URL is shown whole, and its host in ASCII (punycode), as it was normalized. */
export function trustWords({ setting, before, after, direction }: TrustChange): TrustWords {
  const [room = '', ...rest] = setting.split('.');
  const name = rest.join('.');
  if (room === 'webhooks') return webhookWords(name, before, after);
  const until = before ?? 'none';
  if (room === 'guardrails') return { order: guardrailOrder(name, before, after, direction), before: until };
  if (room === 'ledger') return { order: ledgerOrder(name, before, after), before: before ?? 'the default' };
  return { order: `${orders.get(setting) ?? `Change ${setting} to`} ${after ?? 'none'}`, before: until };
}

/** `Send A to B (before: nowhere)`, for a list. */
export function trustSentence(change: TrustChange): string {
  const { order, before } = trustWords(change);
  return `${order} (before: ${before})`;
}

const orders: ReadonlyMap<string, string> = new Map([
  ['baseUrl', 'Send all requests, with the access token, to'],
  ['tokenUrl', 'Send the client id and the client secret to'],
  ['credentials.clientId', 'Read the client id from the variable'],
  ['credentials.clientSecret', 'Read the client secret from the variable'],
]);

/** Origins are joined by `, `, which no origin holds. */
function webhookWords(variable: string, before: string | null, after: string | null): TrustWords {
  const [was, is] = [before, after].map((origins) => origins?.split(', ') ?? []);
  const added = is?.filter((origin) => was?.includes(origin) !== true) ?? [];
  const gone = was?.filter((origin) => is?.includes(origin) !== true) ?? [];
  const order =
    added.length > 0
      ? `Send ${variable} to ${added.join(' and ')}`
      : `Send ${variable} no longer to ${gone.join(' and ')}`;
  return { order, before: before ?? 'nowhere' };
}

function guardrailOrder(
  name: string,
  before: string | null,
  after: string | null,
  direction: TrustChange['direction'],
): string {
  if (before === null) return `Add the guardrail ${name} ${after}`;
  if (after === null) return `Remove the guardrail ${name}`;
  return `${direction === 'more' ? 'Change' : 'Tighten'} the guardrail ${name} to ${after}`;
}

function ledgerOrder(part: string, before: string | null, after: string | null): string {
  const where = part === '' ? 'in the folder' : part === 'remote' ? 'at the git remote' : 'on the branch';
  if (after === null) return `Keep the ledger no longer ${where} ${before}`;
  return `Keep the ledger ${where} ${after}`;
}
