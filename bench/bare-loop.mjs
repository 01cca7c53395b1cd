// The least that a plan must do: fetch a token and every page, and parse every file. Nothing is checked or compared.
import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { parse } from 'yaml';

const [url, folder] = process.argv.slice(2);
const answer = await fetch(`${url}/oauth/token`, {
  method: 'POST',
  body: new URLSearchParams({
    client_id: process.env.CXONE_CLIENT_ID,
    client_secret: process.env.CXONE_CLIENT_SECRET,
    grant_type: 'client_credentials',
  }),
});
const { access_token: token } = await answer.json();
const [engines, webhooks] = await Promise.all([listing('/api/v2/speech/engines'), listing('/api/v2/webhooks')]);
const documents = readdirSync(folder, { recursive: true })
  .filter((file) => file.endsWith('.yaml'))
  .map((file) => parse(readFileSync(join(folder, file), 'utf8')));
console.log(`${engines.length + webhooks.length} live, ${documents.length} documents`);

async function listing(path) {
  const rows = [];
  for (let pageToken = ''; pageToken !== null; ) {
    const page = await fetch(`${url}${path}?pageSize=100${pageToken === '' ? '' : `&pageToken=${pageToken}`}`, {
      headers: { authorization: `Bearer ${token}` },
    });
    const { entities, nextPageToken } = await page.json();
    rows.push(...entities);
    pageToken = nextPageToken ?? null;
  }
  return rows;
}
