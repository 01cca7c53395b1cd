import { expect, test } from 'vitest';
import { openClockSkew } from '../../src/cxone/clock-skew.js';
import { engine, noon, testClock, writerOf } from './client.js';
import { json, type Script, serve } from './scripted-server.js';

const dated = (ms: number) => ({ date: new Date(ms).toUTCString() });

test('nothing is known before an answer has told', () => {
  const skew = openClockSkew();
  expect(skew.ms()).toBeUndefined();
  skew.learn({}, noon, noon + 10);
  skew.learn({ date: 'yesterday' }, noon, noon + 10);
  expect(skew.ms()).toBeUndefined();
});

test('counts from the middle of the exchange, and from the middle of the second that a date names', () => {
  const skew = openClockSkew();
  skew.learn(dated(noon + 60_000), noon, noon + 1_000);
  expect(skew.ms()).toBe(60_000);
});

test('believes the shortest exchange: a long one may have been dated at either end', () => {
  const skew = openClockSkew();
  skew.learn(dated(noon), noon - 500, noon + 1_500);
  skew.learn(dated(noon + 7 * 60_000), noon, noon + 15 * 60_000);
  expect(skew.ms()).toBe(0);
  skew.learn(dated(noon + 8_000), noon, noon + 1_000);
  expect(skew.ms()).toBe(8_000);
});

test('what a cache repeats says nothing of now', () => {
  const skew = openClockSkew();
  skew.learn({ ...dated(noon - 3_600_000), age: '3600' }, noon, noon + 10);
  expect(skew.ms()).toBeUndefined();
});

test('a client tells the skew of its server', async () => {
  const late: Script = (_request, response) => json(response, 200, engine('e1'), dated(noon - 400_000));
  const server = await serve(late, {
    token: (_request, response) => json(response, 200, { access_token: 't', expires_in: 60 }, dated(noon - 400_000)),
  });
  const writer = writerOf(server, { clock: testClock() });
  expect(writer.clockSkewMs()).toBeUndefined();
  await writer.getEngine('e1');
  expect(writer.clockSkewMs()).toBe(-399_500);
});
