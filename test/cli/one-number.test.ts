import { writeFile } from 'node:fs/promises';
import path from 'node:path';
import { afterEach, expect, it } from 'vitest';
import { documentOf, textOf } from './documents.js';
import { engine, pipeline } from './manifests.js';
import { closeWorlds, openWorld } from './world.js';

afterEach(closeWorlds);

it('manifest, plan, outcome, audit log and a GET of the engine all give one payload hash', async () => {
  const world = await openWorld();
  const rules = [{ id: 'greeting', pattern: 'hello|hi', confidence: 0.85 }];
  const grammarConstraints = [{ type: 'json', content: { version: '1.0', rules } }];
  const file = 'environments/dev/engines/ivr.yaml';
  await world.write(
    'dev/engines/ivr.yaml',
    engine('IVR ümlaut', { grammarConstraints, audioProcessingOptions: pipeline, trafficSplit: 100 }),
  );

  const hashed = await world.cli('audit', 'hash', file, '--format', 'json');
  const ofManifest = JSON.parse(hashed.stdout).hashes[0].payloadHash;
  const plan = documentOf(await world.cli('plan', 'dev', '--format', 'json'), 'plan');
  const apply = documentOf(await world.cli('apply', 'dev', '--auto-approve', '--format', 'json'), 'apply');
  const posted = (await world.writes()).filter((request) => request.path === '/api/v2/audit/logs');
  const token = await fetch(`${world.simulator.url}/oauth/token`, {
    method: 'POST',
    body: new URLSearchParams({
      client_id: 'reader',
      client_secret: 'simulator-secret',
      grant_type: 'client_credentials',
    }),
  });
  const { access_token: bearer }: { access_token?: string } = JSON.parse(await token.text());
  const target = `${world.simulator.url}/api/v2/speech/engines/${textOf(apply.outcomes?.[0]?.remoteId)}`;
  const got = await fetch(target, { headers: { authorization: `Bearer ${bearer}` } });
  await writeFile(path.join(world.folder, 'got.json'), await got.text());
  const ofGet = await world.cli('audit', 'hash', 'got.json');

  expect(ofManifest).toMatch(/^[0-9a-f]{64}$/);
  expect(plan.changes?.[0]?.payloadHash).toBe(ofManifest);
  expect(apply.outcomes?.[0]?.payloadHash).toBe(ofManifest);
  expect(apply.outcomes?.[0]?.resultHash).toBe(ofManifest);
  expect(posted.map(({ body }) => body.payloadHash)).toEqual([ofManifest]);
  expect((await world.auditLogs()).map(({ payloadHash }) => payloadHash)).toEqual([ofManifest]);
  expect(ofGet.stdout).toBe(`${ofManifest}  got.json\n`);
});

it('another member in the manifest gives another hash', async () => {
  const world = await openWorld();
  await world.write('dev/a.yaml', engine('A', { description: 'one' }));
  await world.write('dev/b.yaml', engine('A', { version: '1.0.1', description: 'one' }));
  const one = await world.cli('audit', 'hash', 'environments/dev/a.yaml');
  const other = await world.cli('audit', 'hash', 'environments/dev/b.yaml');
  expect(one.stdout).toMatch(/^[0-9a-f]{64} {2}SpeechEngine\/A@1\.0\.0\n$/);
  expect(one.stdout.slice(0, 64)).not.toBe(other.stdout.slice(0, 64));
});
