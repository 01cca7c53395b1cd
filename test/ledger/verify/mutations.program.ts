import { mkdirSync, writeFileSync } from 'node:fs';
import path from 'node:path';
import { expect, test } from 'vitest';
import { run } from '../../cli/program.js';
import { temporaryFolder } from '../sample.js';
import { type Mutation, mutationNames, mutationsOf, owner, type SignedLedger, signedHundred } from './mutations.js';

const manifest = {
  apiVersion: 'cxone-gitops/v1',
  kind: 'Environment',
  spec: { orgId: 'acme' },
};

test('the built program finds each of seven mutations at each of a hundred entries', async () => {
  const cwd = temporaryFolder();
  const { ledger, checkpoint } = await signedHundred();
  mkdirSync(path.join(cwd, 'environments/prod'), { recursive: true });
  writeFileSync(path.join(cwd, 'environments/prod/environment.yaml'), JSON.stringify(manifest));
  writeFileSync(path.join(cwd, 'kept'), checkpoint);
  const verify = async ({ ledger: bytes, checkpoint: beside }: SignedLedger, at: string) => {
    const folder = path.join(cwd, at);
    mkdirSync(folder);
    writeFileSync(path.join(folder, 'prod.jsonl'), bytes);
    if (beside !== undefined) writeFileSync(path.join(folder, 'prod.checkpoint'), beside);
    const args = ['audit', 'verify', 'prod', '--ledger', at, '--checkpoint', 'kept', '--public-key', owner.text];
    return (await run(args, { cwd })).code;
  };
  expect(await verify({ ledger, checkpoint }, 'good')).toBe(0);
  const missed: Mutation[] = [];
  const left = mutationsOf(ledger);
  expect(left).toHaveLength(700);
  const work = async () => {
    for (let one = left.pop(); one !== undefined; one = left.pop()) {
      if ((await verify(one, `${one.name}-${one.at}`)) !== 8) missed.push(one);
    }
  };
  await Promise.all([work(), work()]);
  const count = (name: string) => `${name} ${100 - missed.filter((one) => one.name === name).length} of 100`;
  process.stdout.write(`found: ${mutationNames.map(count).join(', ')}; ${700 - missed.length} of 700\n`);
  expect(missed.map(({ name, at }) => `${name} at ${at}`)).toEqual([]);
});
