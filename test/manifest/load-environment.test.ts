import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { folderSource } from '../../src/manifest/folder-source.js';
import { type LoadedEnvironment, loadEnvironment } from '../../src/manifest/load-environment.js';
import { sha256 } from '../../src/model/hash.js';
import { formatIdentity } from '../../src/model/identity.js';
import type { Resource } from '../../src/model/resource.js';

let root = '';
beforeEach(() => {
  root = mkdtempSync(path.join(tmpdir(), 'manifests-'));
});
afterEach(() => {
  rmSync(root, { recursive: true, force: true });
});

function write(file: string, content: string): void {
  const full = path.join(root, file);
  mkdirSync(path.dirname(full), { recursive: true });
  writeFileSync(full, content);
}

function environment(spec: string): void {
  write('env/environment.yaml', `apiVersion: cxone-gitops/v1\nkind: Environment\nspec:\n  orgId: example-dev\n${spec}`);
}

function engine(file: string, spec: string, metadata = ''): void {
  write(
    file,
    `apiVersion: cxone-gitops/v1\nkind: SpeechEngine\nmetadata:\n  name: IVR\n${metadata}spec:\n  version: 1.0.0\n${spec}`,
  );
}

const ids = '  acousticModelId: model\n  languageProfileId: profile\n';

async function load(): Promise<LoadedEnvironment> {
  const loaded = await loadEnvironment(folderSource(root), 'env');
  expect(loaded.problems).toEqual([]);
  return loaded;
}

async function onlyResource(): Promise<Resource> {
  const [resource, ...others] = (await load()).resources;
  expect(others).toEqual([]);
  if (resource === undefined) throw new Error('no resource');
  return resource;
}

describe('layers', () => {
  it('are merge patches: defaults, then bases in order, then the environment, and null takes away', async () => {
    environment(
      '  bases: [one, two]\n  defaults:\n    SpeechEngine: { description: default, trafficSplit: 5, noiseSuppression: false }\n',
    );
    engine(
      'one/a.yaml',
      `${ids}  trafficSplit: 10\n  audioProcessingOptions: { noiseSuppression: { enabled: true, noiseFloorDb: -20 } }\n`,
    );
    engine('two/a.yaml', '  description: two\n  trafficSplit: 20\n');
    engine(
      'env/a.yaml',
      '  trafficSplit: 100\n  noiseSuppression: null\n  audioProcessingOptions: { noiseSuppression: { enabled: null } }\n',
    );
    expect((await onlyResource()).spec).toEqual({
      version: '1.0.0',
      acousticModelId: 'model',
      languageProfileId: 'profile',
      description: 'two',
      trafficSplit: 100,
      audioProcessingOptions: { noiseSuppression: { noiseFloorDb: -20 } },
    });
  });

  it('remember for every field the place and the layer that set it', async () => {
    environment('  bases: [one]\n  defaults:\n    SpeechEngine:\n      description: default\n');
    engine(
      'one/a.yaml',
      `${ids}  audioProcessingOptions:\n    noiseSuppression: { enabled: true, noiseFloorDb: -20 }\n`,
    );
    engine(
      'env/a.yaml',
      '  audioProcessingOptions:\n    noiseSuppression:\n      noiseFloorDb: -30\n      enabled: null\n',
    );
    const { origins, source } = await onlyResource();
    const pipeline = '/spec/audioProcessingOptions/noiseSuppression';
    const file = (name: string) => path.join(root, name);
    expect(origins.get('/spec/description')).toEqual({
      file: file('env/environment.yaml'),
      line: 8,
      column: 20,
      layer: 'defaults',
    });
    expect(origins.get('/spec/acousticModelId')).toEqual({
      file: file('one/a.yaml'),
      line: 7,
      column: 20,
      layer: 'one',
    });
    expect(origins.get(`${pipeline}/noiseFloorDb`)).toEqual({
      file: file('env/a.yaml'),
      line: 9,
      column: 21,
      layer: 'env',
    });
    expect(origins.has(`${pipeline}/enabled`)).toBe(false);
    expect(source).toEqual({ file: file('env/a.yaml'), line: 1, column: 1 });
  });

  it('drop a document that is not enabled, and take it back', async () => {
    environment('  bases: [one, two]\n');
    engine('one/a.yaml', ids);
    engine('two/a.yaml', '', '  enabled: false\n');
    expect((await load()).resources).toEqual([]);
    engine('env/a.yaml', '', '  enabled: true\n');
    expect((await onlyResource()).identity.name).toBe('IVR');
  });

  it('give the source and the line of each document of a file', async () => {
    environment('');
    engine('env/a.yaml', ids);
    write(
      'env/b.yaml',
      `# first\n---\n\napiVersion: cxone-gitops/v1\nkind: Webhook\nmetadata: { name: A }\nspec: { callbackUrl: https://a.example.com, eventTypes: [speechEngineUpdated] }\n---\n---\napiVersion: cxone-gitops/v1\nkind: Webhook\nmetadata: { name: B }\nspec: { callbackUrl: https://a.example.com, eventTypes: [speechEngineUpdated] }\n`,
    );
    const found = (await load()).resources.map(({ identity, source }) => `${formatIdentity(identity)}:${source.line}`);
    expect(found).toEqual(['SpeechEngine/IVR@1.0.0:1', 'Webhook/A:4', 'Webhook/B:10']);
  });
});

describe('grammar files', () => {
  it('become content: grxml without BOM, with LF and its hash, json parsed; relative to the file that names them', async () => {
    environment('  bases: [one]\n');
    const srgs = 'xmlns="http://www.w3.org/2001/06/grammar" version="1.0" xml:lang="en-US"';
    write('one/grammars/g.grxml', `\uFEFF<grammar ${srgs}>\r\n<rule id="a">x</rule></grammar>\r\n`);
    write('one/grammars/g.json', '{\n\t"version": "1.0",\n\t"rules": [{ "id": "a", "pattern": "x" }]\n}\n');
    engine(
      'one/engines/a.yaml',
      `${ids}  grammarConstraints:\n    - { type: grxml, file: ../grammars/g.grxml }\n    - { type: json, file: ../grammars/g.json }\n    - { type: grxml, content: { anything: 1 } }\n`,
    );
    engine('env/deeper/than/that/a.yaml', '  trafficSplit: 100\n');
    const grxml = `<grammar ${srgs}>\n<rule id="a">x</rule></grammar>\n`;
    expect((await onlyResource()).spec['grammarConstraints']).toEqual([
      { type: 'grxml', content: { fileName: 'g.grxml', grxml, sha256: sha256(grxml) } },
      { type: 'json', content: { version: '1.0', rules: [{ id: 'a', pattern: 'x' }] } },
      { type: 'grxml', content: { anything: 1 } },
    ]);
  });
});

describe('the manifest hash', () => {
  it('depends on what the manifests say, not on how they are written or laid out', async () => {
    environment('');
    engine('env/a.yaml', `${ids}  trafficSplit: 100\n`);
    const { manifestHash } = await load();
    engine('env/a.yaml', `  # a comment\n  trafficSplit: 0x64\n${ids}`);
    expect((await load()).manifestHash).toBe(manifestHash);
    environment('  bases: [one]\n');
    engine('one/a.yaml', `${ids}  trafficSplit: 5\n`);
    engine('env/a.yaml', '  trafficSplit: 100\n');
    expect((await load()).manifestHash).toBe(manifestHash);
    engine('env/a.yaml', '  trafficSplit: 0\n');
    expect((await load()).manifestHash).not.toBe(manifestHash);
  });
});

describe('settings', () => {
  it('have every default filled in', async () => {
    environment('');
    engine('env/a.yaml', ids);
    expect((await load()).settings).toEqual({
      endpoint: {
        baseUrl: 'https://example-dev.api.nicecxone.com',
        tokenUrl: 'https://example-dev.api.nicecxone.com/oauth/token',
      },
      simulated: false,
      credentials: { clientId: 'CXONE_CLIENT_ID', clientSecret: 'CXONE_CLIENT_SECRET' },
      listLagMs: 5000,
      unmanaged: 'report',
      guardrails: {},
      bases: [],
    });
  });

  it('are those of the file', async () => {
    environment(
      '  listLag: PT1M1.5S\n  ledger: { path: /var/ledger }\n  credentials: { clientId: { fromEnv: CXONE_ID } }\n',
    );
    engine('env/a.yaml', ids);
    expect((await load()).settings).toMatchObject({
      credentials: { clientId: 'CXONE_ID', clientSecret: 'CXONE_CLIENT_SECRET' },
      ledgerPath: '/var/ledger',
      listLagMs: 61_500,
    });
  });
});

describe('a problem', () => {
  it('shows the lines around it, but never those where a secret may stand', async () => {
    environment('  credentials:\n    clientSecret: hunter2hunter2\n');
    engine('env/a.yaml', `${ids}  trafficSplit: 200\n`);
    const { problems } = await loadEnvironment(folderSource(root), 'env');
    expect(problems.map(({ excerpt }) => excerpt)).toEqual([
      { firstLine: 7, text: '  acousticModelId: model\n  languageProfileId: profile\n  trafficSplit: 200\n' },
      undefined,
    ]);
    expect(JSON.stringify(problems)).not.toContain('hunter2');
  });

  it('does not cascade: what a faulty document would bring is not called missing', async () => {
    environment('  bases: [one]\n');
    engine('one/a.yaml', `${ids}  trafficSplit: 200\n`);
    engine('env/a.yaml', '  trafficSplit: 10\n');
    write(
      'env/w.yaml',
      'apiVersion: cxone-gitops/v1\nkind: Webhook\nmetadata: { name: A }\nspec: { callbackUrl: https://a.example.com, eventTypes: [speechEngineUpdated], engines: [SpeechEngine/IVR@1.0.0] }\n',
    );
    const { problems } = await loadEnvironment(folderSource(root), 'env');
    expect(problems.map(({ code }) => code)).toEqual(['out-of-range']);
  });
});
