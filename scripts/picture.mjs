// Draws docs/plan.svg: what `cxone-gitops plan prod` prints of a real plan against the simulator. `node scripts/picture.mjs`
// writes it, `--check` says whether it is still what the program prints. Node built-ins only.
import { spawn, spawnSync } from 'node:child_process';
import { cpSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { createInterface } from 'node:readline';
import { fileURLToPath } from 'node:url';
import { buildWhatIsStale } from './build.mjs';
import { terminalPicture } from './terminal-picture.mjs';

const root = dirname(dirname(fileURLToPath(import.meta.url)));
const program = join(root, 'dist/main.js');
const target = join(root, 'docs/plan.svg');
/** The simulator takes a free port; the picture always shows this one, so that it is the same each time. */
const shownPort = 4010;

const newEngine = `apiVersion: cxone-gitops/v1
kind: SpeechEngine
metadata:
  name: Care Line FR
spec:
  version: 1.0.0
  description: Ligne client, Québec
  acousticModelId: fr-ca-acoustic-model-v2
  languageProfileId: fr-ca-language-profile
`;

process.exitCode = await main(process.argv.includes('--check'));

async function main(check) {
  if (!(await buildWhatIsStale({ quiet: true }))) return 1;
  const folder = mkdtempSync(join(tmpdir(), 'cxone-gitops-picture-'));
  const simulator = spawn(process.execPath, [program, 'simulate'], { stdio: ['ignore', 'pipe', 'ignore'] });
  try {
    const url = await firstLine(simulator);
    const printed = (await planOfAChange(url, folder)).replaceAll(url, `http://127.0.0.1:${shownPort}`);
    const picture = terminalPicture('$ cxone-gitops plan prod', printed);
    if (!check) writeFileSync(target, picture);
    else if (readFileSync(target, 'utf8') !== picture)
      throw new Error('docs/plan.svg is out of date: node scripts/picture.mjs');
    return 0;
  } catch (error) {
    console.error(`✘ picture: ${error.message}`);
    return 1;
  } finally {
    simulator.kill();
    rmSync(folder, { recursive: true, force: true });
  }
}

/** Applies environments/prod as it is, then shifts traffic, adds an engine, tunes a rule, and lets somebody edit by hand. */
async function planOfAChange(url, folder) {
  cpSync(join(root, 'environments'), join(folder, 'environments'), { recursive: true });
  edit(folder, 'prod/environment.yaml', ['listLag: PT10S', 'listLag: PT0S']);
  const state = await control(url, 'GET', 'state');
  await control(url, 'PUT', 'state', { ...state, engines: beforeGit() });
  cxone(url, folder, ['apply', 'prod', '--auto-approve', '--quiet']);

  edit(
    folder,
    'prod/engines/production-asr.yaml',
    ['trafficSplit: 90', 'trafficSplit: 50'],
    ['trafficSplit: 10', 'trafficSplit: 50'],
  );
  edit(folder, 'base/engines/ivr-main-menu.yaml', ['confidence: 0.7', 'confidence: 0.75']);
  writeFileSync(join(folder, 'environments/prod/engines/care-line-fr.yaml'), newEngine);
  await control(url, 'PATCH', 'engines/care-line-es', { noiseSuppression: false });
  return cxone(url, folder, ['plan', 'prod'], { FORCE_COLOR: '1' });
}

/** Engines that were there before the first apply, with ids that can be read; so the ledger knows each of them. */
function beforeGit() {
  const engine = (speechEngineId, name, version, trafficSplit, locale = 'us-en') => ({
    speechEngineId,
    name,
    version,
    acousticModelId: locale === 'us-en' ? 'us-en-acoustic-model-v4' : 'es-us-acoustic-model-v3',
    languageProfileId: `${locale}-language-profile`,
    description: 'before git',
    trafficSplit,
    abTestingEnabled: trafficSplit > 0,
  });
  return [
    engine('asr-2-0-0', 'Production ASR Engine', '2.0.0', 90),
    engine('asr-2-1-0', 'Production ASR Engine', '2.1.0', 10),
    engine('ivr-1-4-0', 'IVR Main Menu', '1.4.0', 100),
    engine('care-line-es', 'Care Line ES', '1.1.0', 100, 'es-us'),
    engine('legacy-ivr', 'Legacy IVR', '0.9.0', 100),
  ];
}

function edit(folder, file, ...replacements) {
  const path = join(folder, 'environments', file);
  let text = readFileSync(path, 'utf8');
  for (const [from, to] of replacements) {
    if (!text.includes(from)) throw new Error(`environments/${file} has no \`${from}\` any more`);
    text = text.replace(from, to);
  }
  writeFileSync(path, text);
}

function cxone(url, folder, args, more = {}) {
  const env = {
    PATH: process.env.PATH,
    CXONE_PROD_CLIENT_ID: 'picture',
    CXONE_PROD_CLIENT_SECRET: 'simulator-secret',
    CXONE_WEBHOOK_QA_SIGNATURE: 'a-signature-of-the-picture',
    CXONE_WEBHOOK_RELEASE_RADAR_TOKEN: 'a-token-of-the-picture',
    CXONE_GITOPS_ENDPOINT: url,
    CXONE_GITOPS_LEDGER: join(folder, 'ledger'),
    ...more,
  };
  const { status, stdout, stderr } = spawnSync(process.execPath, [program, ...args], {
    cwd: folder,
    encoding: 'utf8',
    env,
  });
  if (status !== 0) throw new Error(`\`${args.join(' ')}\` ended with ${status}\n${stdout}${stderr}`);
  return stdout;
}

async function control(url, method, path, body) {
  const answer = await fetch(`${url}/_simulator/${path}`, {
    method,
    ...(body !== undefined && { headers: { 'content-type': 'application/json' }, body: JSON.stringify(body) }),
  });
  if (!answer.ok) throw new Error(`${method} ${path} answered ${answer.status}: ${await answer.text()}`);
  return answer.json();
}

async function firstLine(child) {
  for await (const line of createInterface({ input: child.stdout })) return line;
  throw new Error('the simulator ended before it printed its URL');
}
