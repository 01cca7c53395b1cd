import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { expect, onTestFinished, test } from 'vitest';
import { openSecrets } from '../../../src/commands/secrets/credentials.js';
import { openMask } from '../../../src/model/mask.js';

test('what an env file holds that is secret by its name is masked as soon as it is read, asked for or not', async () => {
  const folder = await mkdtemp(path.join(tmpdir(), 'cxone-gitops-env-'));
  onTestFinished(() => rm(folder, { recursive: true, force: true }));
  const values = [
    'CXONE_CLIENT_SECRET=of-the-client-1234',
    'CXONE_WEBHOOK_QA=of-the-webhook-1234',
    'CXONE_CLIENT_ID=the-id-1234',
  ];
  await writeFile(path.join(folder, 'secrets.env'), values.join('\n'));
  const secrets = openMask();
  // The functions use nothing else of a context.
  const context = { cwd: folder, env: { PATH: process.env['PATH'] }, secrets } as unknown as Parameters<
    typeof openSecrets
  >[0];
  await openSecrets(context, { envFile: 'secrets.env' });
  expect(secrets.apply('of-the-client-1234 of-the-webhook-1234 the-id-1234')).toMatch(
    /^\S*\*\S* \S*\*\S* the-id-1234$/u,
  );
});
