/**
 * The scope that a call needs, for hints. `speech:engine:write`, `speech:model:read`, `speech:profile:read`,
 * `webhook:write` and `audit:log:write` are stated by the platform, the others assumed (docs/cxone-api.md, "Connection").
 */
export function scopeOf(method: string, path: string): string {
  const area = areas.find(([prefix]) => path.startsWith(prefix))?.[1] ?? 'speech:engine';
  return `${area}:${method === 'GET' ? 'read' : 'write'}`;
}

const areas = [
  ['/api/v2/speech/engines', 'speech:engine'],
  ['/api/v2/speech/models', 'speech:model'],
  ['/api/v2/speech/profiles', 'speech:profile'],
  ['/api/v2/webhooks', 'webhook'],
  ['/api/v2/audit/logs', 'audit:log'],
] as const;
