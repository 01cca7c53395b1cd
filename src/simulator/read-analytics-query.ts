import { type Members, readText, readTexts, reject, rejectUnknown } from './members.js';
import { readTimestamp } from './read-audit-event.js';

const METRICS = ['speechDuration', 'recognitionErrorRate', 'updateLatencyMs'] as const;
type Metric = (typeof METRICS)[number];

const DIMENSIONS = ['speechEngineId', 'recognitionStatus'] as const;

/** An analytics query (docs/cxone-api.md). `from` is inclusive, `to` exclusive, both in milliseconds. */
export interface AnalyticsQuery {
  speechEngineIds: ReadonlySet<string>;
  groupBy: ReadonlySet<(typeof DIMENSIONS)[number]>;
  metrics: readonly Metric[];
  from: number;
  to: number;
  intervalMs: number;
}

/** Reads a query; each of its six members is required. Problems go to the details. */
export function readAnalyticsQuery(members: Members): AnalyticsQuery {
  rejectUnknown(members, ['where', 'groupBy', 'interval', 'metrics', 'from', 'to']);
  const query = {
    speechEngineIds: readWhere(members),
    groupBy: new Set(readSubset(members, 'groupBy', DIMENSIONS)),
    metrics: readSubset(members, 'metrics', METRICS),
    from: Date.parse(readTimestamp(members, 'from')),
    to: Date.parse(readTimestamp(members, 'to')),
    intervalMs: readInterval(members),
  };
  if (query.from >= query.to) reject(members, 'to', 'range', 'must be later than from');
  if ((query.to - query.from) / query.intervalMs > 10_000) {
    reject(members, 'interval', 'range', 'cuts from–to into more than 10000 intervals');
  }
  return query;
}

/** `speechEngineId = "<id>"`, or several of them joined by OR. */
function readWhere(members: Members): Set<string> {
  const where = readText(members, 'where');
  const ids = new Set<string>();
  for (const term of where === '' ? [] : where.split(/ +OR +/)) {
    const id = /^ *speechEngineId *= *"([A-Za-z0-9_-]{1,128})" *$/.exec(term)?.[1];
    if (id === undefined) reject(members, 'where', 'syntax', 'must be speechEngineId = "<id>", joined by OR');
    else ids.add(id);
  }
  return ids;
}

function readSubset<const T extends string>(members: Members, name: string, known: readonly T[]): T[] {
  const names = readTexts(members, name);
  const unknown = names.find((candidate) => !known.some((one) => one === candidate));
  if (unknown !== undefined) {
    reject(members, name, 'choice', `${JSON.stringify(unknown)} is none of ${known.join(', ')}`);
  } else if (Array.isArray(members.values[name]) && names.length === 0) {
    reject(members, name, 'empty', `must name at least one of ${known.join(', ')}`);
  }
  return known.filter((one) => names.includes(one));
}

/** An ISO 8601 duration of days, hours, minutes and seconds, in milliseconds. */
function readInterval(members: Members): number {
  const text = readText(members, 'interval');
  const parts = /^P(?:(\d{1,4})D)?(?:T(?:(\d{1,5})H)?(?:(\d{1,6})M)?(?:(\d{1,8})S)?)?$/.exec(text);
  const [days, hours, minutes, seconds] = (parts ?? []).slice(1).map((part) => Number(part ?? 0));
  const total = (((days ?? 0) * 24 + (hours ?? 0)) * 60 + (minutes ?? 0)) * 60 + (seconds ?? 0);
  if (text !== '' && total === 0) reject(members, 'interval', 'duration', 'must be an ISO 8601 duration such as PT1H');
  return total === 0 ? Number.POSITIVE_INFINITY : total * 1000;
}
