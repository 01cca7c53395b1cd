import { type Context, Hono } from 'hono';
import { type AnalyticsQuery, readAnalyticsQuery } from './read-analytics-query.js';
import { RECOGNITION_STATUSES, type Recognition, type RecognitionStatus } from './recognition.js';
import { refuseInvalid } from './refusal.js';
import { requestMembers } from './request-body.js';
import type { Exchange, Simulation } from './simulation.js';

/** `POST /api/v2/analytics/speech/details/query`, over what the control path has recorded. */
export function analyticsRoutes(sim: Simulation): Hono<Exchange> {
  return new Hono<Exchange>().post('/', (c) => queryDetails(c, sim));
}

function queryDetails(c: Context<Exchange>, sim: Simulation): Response {
  sim.tokens.authorize(c.req.header('Authorization'), 'analytics:speech:read');
  const members = requestMembers(c);
  const query = readAnalyticsQuery(members);
  refuseInvalid(members.details);
  const groups = new Map<string, { group: Group; counts: Map<number, StatusCounts> }>();
  for (const recognition of sim.store.recognitions.rows()) addRecognition(groups, query, recognition);
  return c.json({
    results: [...groups.values()].map(({ group, counts }) => ({
      group,
      data: [...counts].toSorted(([a], [b]) => a - b).map(([slot, count]) => slotData(query, slot, count)),
    })),
  });
}

/** The values of the members that a query groups by. */
interface Group {
  speechEngineId?: string;
  recognitionStatus?: RecognitionStatus;
}

type StatusCounts = Map<RecognitionStatus, number>;

function addRecognition(
  groups: Map<string, { group: Group; counts: Map<number, StatusCounts> }>,
  query: AnalyticsQuery,
  { speechEngineId, at, counts }: Recognition,
): void {
  const time = Date.parse(at);
  if (!query.speechEngineIds.has(speechEngineId) || time < query.from || time >= query.to) return;
  const slot = Math.floor((time - query.from) / query.intervalMs);
  for (const status of RECOGNITION_STATUSES) {
    if (counts[status] === 0) continue;
    const group: Group = {
      ...(query.groupBy.has('speechEngineId') ? { speechEngineId } : {}),
      ...(query.groupBy.has('recognitionStatus') ? { recognitionStatus: status } : {}),
    };
    const key = JSON.stringify(group);
    const known = groups.get(key) ?? { group, counts: new Map<number, StatusCounts>() };
    const slotCounts = known.counts.get(slot) ?? new Map<RecognitionStatus, number>();
    slotCounts.set(status, (slotCounts.get(status) ?? 0) + counts[status]);
    known.counts.set(slot, slotCounts);
    groups.set(key, known);
  }
}

/** One interval's metrics; `count` is the number of recognitions, whatever the metric. */
function slotData(query: AnalyticsQuery, slot: number, counts: StatusCounts): object {
  const start = query.from + slot * query.intervalMs;
  const end = Math.min(start + query.intervalMs, query.to);
  const all = [...counts.values()].reduce((sum, count) => sum + count, 0);
  const errors = all - (counts.get('recognized') ?? 0);
  const sums = {
    speechDuration: all * SPEECH_DURATION_MS,
    recognitionErrorRate: errors,
    updateLatencyMs: all * UPDATE_LATENCY_MS,
  };
  return {
    interval: `${new Date(start).toISOString()}/${new Date(end).toISOString()}`,
    metrics: query.metrics.map((metric) => ({ metric, stats: { count: all, sum: sums[metric] } })),
  };
}

/** Made up: every recognition took this long. */
const SPEECH_DURATION_MS = 2400;
const UPDATE_LATENCY_MS = 120;
