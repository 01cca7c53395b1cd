// The whole job in one minute, through the built program: a simulator with history, then validate, plan, apply, a change
// behind the tool's back, drift, apply again, audit verify. Each step prints the command to type it oneself, and the demo
// fails when a step does not end as it should.
import { spawn, spawnSync } from 'node:child_process';
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { createInterface } from 'node:readline';
import { fileURLToPath } from 'node:url';

process.chdir(dirname(dirname(fileURLToPath(import.meta.url))));
const bold = (text) => (process.stdout.isTTY && !process.env.NO_COLOR ? `\u001b[1m${text}\u001b[0m` : text);
const program = 'dist/main.js';
const folder = mkdtempSync(join(tmpdir(), 'cxone-gitops-demo-'));

/** What is live before git comes: one engine that no manifest describes, and one that somebody has tuned by hand. */
const history = [
  {
    speechEngineId: 'legacy-ivr',
    name: 'Legacy IVR',
    version: '0.9.0',
    acousticModelId: 'us-en-acoustic-model-v4',
    languageProfileId: 'us-en-language-profile',
    trafficSplit: 100,
    abTestingEnabled: true,
  },
  {
    speechEngineId: 'voicemail',
    name: 'Voicemail Transcription',
    version: '1.0.0',
    acousticModelId: 'us-en-acoustic-model-v4',
    languageProfileId: 'us-en-language-profile',
    description: 'tuned by hand on a Friday evening',
    acousticFeatureExtraction: 'enhanced',
  },
];
process.exitCode = await main();

async function main() {
  const simulator = spawn(process.execPath, [program, 'simulate'], { stdio: ['ignore', 'pipe', 'ignore'] });
  try {
    const url = await firstLine(simulator);
    await give(url, 'PUT', '/_simulator/state', { ...(await give(url, 'GET', '/_simulator/state')), engines: history });
    return await tell(url);
  } catch (error) {
    console.error(`\n✖ demo: ${error.message}`);
    return 1;
  } finally {
    simulator.kill();
    rmSync(folder, { recursive: true, force: true });
  }
}

async function tell(url) {
  const variables = {
    CXONE_CLIENT_ID: 'demo',
    CXONE_CLIENT_SECRET: 'simulator-secret',
    CXONE_WEBHOOK_QA_SIGNATURE: 'a-signature-of-the-demo',
    CXONE_GITOPS_ENDPOINT: url,
    CXONE_GITOPS_LEDGER: folder,
  };
  console.log(bold('A simulated CXone is running, with two engines: one that git does not know, one changed by hand.'));
  console.log(`$ node ${program} simulate`);
  for (const [name, value] of Object.entries(variables)) console.log(`$ export ${name}=${value}`);

  const step = (title, args, exitCode, ...expected) => run({ title, args, exitCode, expected, variables });
  step('1. Are the manifests right? (offline)', ['validate', 'dev'], 0, 'valid dev');
  step('2. What would apply do?', ['plan', 'dev'], 0, 'POST, then PATCH', 'update', 'Webhook/', 'Unmanaged');
  step('3. Do it.', ['apply', 'dev', '--auto-approve', '--quiet'], 0, 'audit events delivered');
  step('4. Now there is nothing left to do.', ['plan', 'dev', '--detailed-exitcode'], 0, 'nothing to do');

  const edit = { noiseSuppression: false };
  console.log(`\n${bold("5. Somebody changes an engine behind the tool's back.")}`);
  console.log(
    `$ curl -X PATCH ${url}/_simulator/engines/voicemail -H 'Content-Type: application/json' -d '${JSON.stringify(edit)}'`,
  );
  await give(url, 'PATCH', '/_simulator/engines/voicemail', edit);

  step('6. The scheduled drift run finds it, and exits with 2.', ['drift', 'dev'], 2, 'edited outside git');
  step('7. Apply puts it back.', ['apply', 'dev', '--auto-approve', '--quiet'], 0, '1 applied');
  step('8. Is every change recorded, and was each audit event delivered once?', ['audit', 'verify', 'dev'], 0, 'clean');
  console.log(`\n${bold('✔ The demo ended as it should.')} The README explains each step.`);
  return 0;
}

/** Runs one command as a user would, shows what it prints, and holds it to what is expected of it. */
function run({ title, args, exitCode, expected, variables }) {
  console.log(`\n${bold(title)}\n$ node ${program} ${args.join(' ')}`);
  const colour = process.stdout.isTTY && !process.env.NO_COLOR ? { FORCE_COLOR: '1' } : {};
  const { status, stdout, stderr } = spawnSync(process.execPath, [program, ...args], {
    encoding: 'utf8',
    env: { ...withoutSettings(process.env), ...colour, ...variables },
  });
  process.stdout.write(stdout + stderr);
  const missing = expected.filter((text) => !stdout.includes(text));
  if (status !== exitCode) throw new Error(`\`${args.join(' ')}\` exited with ${status}, not with ${exitCode}`);
  if (missing.length > 0) throw new Error(`\`${args.join(' ')}\` did not print ${missing.join(', ')}`);
}

/** Settings of the one who runs the demo must not change it, nor make it a CI run. */
function withoutSettings(env) {
  const foreign = /^CXONE_|^CI$|^GITHUB_|^CI_|^FORCE_COLOR$|^CHANGE_ID$|^SYSTEM_PULLREQUEST/;
  return Object.fromEntries(Object.entries(env).filter(([name]) => !foreign.test(name)));
}

async function firstLine(child) {
  for await (const line of createInterface({ input: child.stdout })) return line;
  throw new Error('the simulator ended before it printed its URL');
}

async function give(url, method, path, body) {
  const answer = await fetch(`${url}${path}`, {
    method,
    ...(body === undefined ? {} : { headers: { 'content-type': 'application/json' }, body: JSON.stringify(body) }),
  });
  if (!answer.ok) throw new Error(`${method} ${path} answered ${answer.status}: ${await answer.text()}`);
  return answer.json();
}
