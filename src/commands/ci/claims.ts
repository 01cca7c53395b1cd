import type { Claimed } from '../../model/generated/ledger-entry.js';
import type { Context } from '../context.js';
import { type CiJob, ciServices } from './ci-services.js';

/**
 * Who started the run, where it can be looked up, and for which pull request and commit, as the variables of its CI claim
 * it; outside CI, the user's name. Nothing proves them (docs/ledger.md, "Who and why").
 */
export function claimsOf(context: Pick<Context, 'env' | 'secrets'>): Claimed {
  const { env } = context;
  const claim = (text: string | undefined) => recordable(context, text);
  const job = ciServices.map((service) => service.job).find((one) => one !== undefined && isAnnounced(one, env));
  if (job === undefined) return { actor: claim(firstOf(env, plainActor)), run: null, pullRequest: null };
  const commit = env[job.commit] ?? '';
  return {
    // The user that an agent runs as has started nothing: where its CI names nobody, nobody is named.
    actor: claim(firstOf(env, job.actor)),
    run: claim(webAddress(job.run(env))),
    pullRequest: claim(job.pullRequest(env)),
    ...(commitId.test(commit) ? { commit } : {}),
  };
}

const plainActor = ['USER', 'LOGNAME', 'USERNAME'];
const commitId = /^([0-9a-f]{40}|[0-9a-f]{64})$/;

/** Unicode code points that an entry's text may have. */
const longest = 2000;

function isAnnounced({ announcedBy }: CiJob, env: Context['env']): boolean {
  return !['', 'false', '0'].includes((env[announcedBy] ?? '').toLowerCase());
}

function firstOf(env: Context['env'], names: readonly string[]): string | undefined {
  return names.map((name) => env[name]).find((value) => value !== undefined && value.trim() !== '');
}

/** An address that people can open, without user name and password; undefined for anything else. */
function webAddress(text: string | undefined): string | undefined {
  if (text === undefined || !/^https?:\/\//i.test(text) || !URL.canParse(text)) return undefined;
  const url = new URL(text);
  // What needs no change is kept as its CI spells it.
  if (url.username === '' && url.password === '') return text;
  url.username = '';
  url.password = '';
  return url.href;
}

/**
 * A variable's text as an entry holds it: null where there is none, without known secrets, whole characters only, cut with
 * `…`. Control characters stay: the record is what the CI said, and reports escape it (docs/security.md, "Output").
 */
function recordable({ secrets }: Pick<Context, 'secrets'>, text: string | undefined): string | null {
  if (text === undefined || text.trim() === '') return null;
  // No more is looked at than can matter, whatever somebody put into a variable.
  const masked = secrets.apply(text.slice(0, 16 * longest).toWellFormed());
  const characters = Array.from(masked);
  return characters.length <= longest ? masked : `${characters.slice(0, longest - 1).join('')}…`;
}
