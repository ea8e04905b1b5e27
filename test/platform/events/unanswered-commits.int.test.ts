import { Type } from 'typebox';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import type { Transaction } from '../../../src/platform/database/transaction.ts';
import { defineConsumer } from '../../../src/platform/events/consumer.ts';
import { defineEvent } from '../../../src/platform/events/define-event.ts';
import type { EventBackbone } from '../../../src/platform/events/event-backbone.ts';
import { recordEvents } from '../../../src/platform/events/record-events.ts';
import { newId } from '../../../src/platform/ids/id.ts';
import { RacePoints } from '../../faults/support/race-points.ts';
import { CLAIMS, COMMIT } from '../../faults/support/statements.ts';
import { createBackboneRig, effectsOf } from '../../support/start-backbone.ts';

const noted = defineEvent('test.noted', Type.Object({ note: Type.String() }));

const WRITES_EFFECT = /INSERT INTO test_effects/;

const insertEffect = (tx: Transaction, consumer: string, note: string) =>
  tx.write('INSERT INTO test_effects (consumer, note) VALUES (?, ?)', [consumer, note]);

/** What this process was told to do once a commit is certain. */
const told: string[] = [];

const keeper = defineConsumer({
  name: 'keeper',
  lane: 'keeper',
  on: [noted],
  ordering: 'commutative',
  handle: async (tx, events) => {
    for (const { payload } of events) {
      await insertEffect(tx, 'keeper', payload.note);
      tx.afterCommit(() => told.push(`keeper: ${payload.note}`));
    }
  },
});

const points = new RacePoints();
let rig: Awaited<ReturnType<typeof createBackboneRig>>;
let backbone: EventBackbone;
beforeAll(async () => {
  rig = await createBackboneRig(
    (pool) => points.watch({ pool, transactionPool: pool }).transactionPool,
  );
  backbone = await rig.start([keeper]);
});
afterAll(() => rig.close());

/** The next COMMIT of such a transaction goes unanswered: `after` it was done, or `before`. */
const loseAnswer = (when: 'before' | 'after', within: RegExp) =>
  points.arm({
    when,
    statement: COMMIT,
    within,
    run: () => {
      throw Object.assign(new Error('gone'), { code: 'PROTOCOL_CONNECTION_LOST', fatal: true });
    },
  });

describe.each([
  ['done', 'after'],
  ['not done', 'before'],
] as const)('a COMMIT that was %s and goes unanswered', (name, when) => {
  it.each([
    ['a transaction', WRITES_EFFECT],
    ["a consumer's batch", CLAIMS],
  ])('has everything done that follows from it, once: that of %s', async (whose, within) => {
    const note = `${name}, ${whose}`;
    void loseAnswer(when, within);
    await backbone.inTransaction(async (tx) => {
      await insertEffect(tx, 'writer', note);
      recordEvents(tx, noted.of(newId(), 1, { note }));
      tx.afterCommit(() => told.push(`writer: ${note}`));
    });
    await backbone.settled();
    const ofThisTest = (text: string) => text.endsWith(note);
    expect(told.filter(ofThisTest)).toEqual([`writer: ${note}`, `keeper: ${note}`]);
    expect((await effectsOf(rig.database, 'writer')).filter(ofThisTest)).toEqual([note]);
    expect((await effectsOf(rig.database, 'keeper')).filter(ofThisTest)).toEqual([note]);
  });
});

it('a transaction that leaves nothing to recognise it by is not run again after its COMMIT', async () => {
  void loseAnswer('after', WRITES_EFFECT);
  const running = backbone.inTransaction((tx) => insertEffect(tx, 'lonely', 'one'));
  // What its caller is told is another matter: it has its effect once.
  await running.catch(() => undefined);
  expect(await effectsOf(rig.database, 'lonely')).toEqual(['one']);
});
