import { counted } from '../../report/counted.js';

/** A header value of which it is not known whether it is the one that was sent last. */
export interface UncheckedSecret {
  /** The printed identity of the webhook. */
  readonly id: string;
  readonly variable: string;
  readonly why: 'unset' | 'no-digest' | 'untrusted' | 'too-many';
}

/** What was not checked, a sentence for each reason. */
export function uncheckedWords(unchecked: readonly UncheckedSecret[]): string[] {
  const reasons: Record<UncheckedSecret['why'], (some: readonly UncheckedSecret[]) => string> = {
    unset: (some) => {
      const variables = distinct(some.map(({ variable }) => variable));
      return `${listed(variables)} ${variables.length === 1 ? 'is' : 'are'} not set`;
    },
    'no-digest': (some) => {
      const ids = distinct(some.map(({ id }) => id));
      return `the ledger does not know what was sent to ${listed(ids)}. \`apply --resend-headers\` sends it again`;
    },
    untrusted: () => 'this run does not trust its manifests to have secrets read',
    'too-many': () => 'these are more than one run compares. `apply --resend-headers` sends them again',
  };
  return (['unset', 'no-digest', 'untrusted', 'too-many'] as const).flatMap((why) => {
    const some = unchecked.filter((one) => one.why === why);
    return some.length === 0 ? [] : [`${counted(some.length, 'header value')} not checked: ${reasons[why](some)}`];
  });
}

function distinct(texts: readonly string[]): string[] {
  return [...new Set(texts)];
}

/** A few are named, the rest is counted. */
function listed(texts: readonly string[]): string {
  const shown = texts.slice(0, 5);
  const more = texts.length - shown.length;
  if (more > 0) return `${shown.join(', ')} and ${more} more`;
  const last = shown.at(-1) ?? '';
  return shown.length < 2 ? last : `${shown.slice(0, -1).join(', ')} and ${last}`;
}
