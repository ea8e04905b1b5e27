import { Type } from 'typebox';
import { afterEach, describe, expect, it } from 'vitest';
import { AmbiguousCommit } from '../../../src/platform/database/run-transaction.ts';
import { defineEvent } from '../../../src/platform/events/define-event.ts';
import { recordEvents } from '../../../src/platform/events/record-events.ts';
import type { InTransactionOptions } from '../../../src/platform/events/transactions.ts';
import { newId } from '../../../src/platform/ids/id.ts';
import { RacePoints } from '../../faults/support/race-points.ts';
import { createBackboneRig, effectsOf } from '../../support/start-backbone.ts';

const noted = defineEvent('test.noted', Type.Object({ note: Type.String() }));

const WITNESS = /INSERT INTO platform_outbox/;
const EFFECT = /INSERT INTO test_effects/;
const gone = () => Object.assign(new Error('gone'), { fatal: true });

let close: (() => Promise<void>) | undefined;
afterEach(() => close?.());

async function startRig() {
  const points = new RacePoints();
  const rig = await createBackboneRig((pool) => points.watch({ pool, transactionPool: pool }).pool);
  close = rig.close;
  const backbone = await rig.start([]);
  const attempts = { count: 0 };
  const write = (isTold: boolean, options?: InTransactionOptions) =>
    backbone.inTransaction(async (tx) => {
      attempts.count += 1;
      await tx.write('INSERT INTO test_effects (consumer, note) VALUES (?, ?)', ['a', 'once']);
      if (isTold) recordEvents(tx, noted.of(newId(), 1, { note: 'once' }));
      return 'done';
    }, options);
  /** The COMMIT is done and nobody hears of it. */
  const loseAnswer = () =>
    points.arm({
      when: 'after',
      statement: /^COMMIT/,
      within: EFFECT,
      run: () => {
        throw gone();
      },
    });
  /** The question whether it was done fails, so many times. */
  const loseQuestions = (error: () => Error, times: number) => {
    const run = () => {
      throw error();
    };
    // The first match of each is the attempt's own envelope; then each takes one question.
    for (let time = 0; time < times; time += 1) {
      void points.arm({ when: 'before', statement: WITNESS, nth: 2, run });
    }
  };
  return { ...rig, points, backbone, attempts, write, loseAnswer, loseQuestions };
}

describe('a COMMIT that was done and went unanswered', () => {
  it.each([
    ['a lost connection', gone],
    ['a server that is out of memory', () => Object.assign(new Error('no'), { errno: 1037 })],
  ])('is asked about again after %s', async (_, error) => {
    const { database, attempts, write, loseAnswer, loseQuestions } = await startRig();
    void loseAnswer();
    loseQuestions(error, 3);
    expect(await write(true)).toBe('done');
    expect(attempts.count).toBe(1);
    expect(await effectsOf(database, 'a')).toEqual(['once']);
  });

  it.each([
    ['the connection is lost each time', gone],
    ['the server fails otherwise', () => Object.assign(new Error('no'), { errno: 1037 })],
  ])('is unknown when %s, and names what it made', async (_, error) => {
    const { database, write, loseAnswer, loseQuestions } = await startRig();
    void loseAnswer();
    loseQuestions(error, 6);
    const makes = newId();
    const failing = write(true, { makes });
    await expect(failing).rejects.toBeInstanceOf(AmbiguousCommit);
    await expect(failing).rejects.toMatchObject({ resourceId: makes });
    expect(await effectsOf(database, 'a')).toEqual(['once']);
  });

  it('can be asked about without any event, where a witness is left', async () => {
    const { database, attempts, write, loseAnswer } = await startRig();
    void loseAnswer();
    expect(await write(false, { leavesWitness: true })).toBe('done');
    expect(attempts.count).toBe(1);
    expect(await effectsOf(database, 'a')).toEqual(['once']);
  });

  it('is unknown at once where none is left', async () => {
    const { attempts, write, loseAnswer } = await startRig();
    void loseAnswer();
    await expect(write(false)).rejects.toBeInstanceOf(AmbiguousCommit);
    expect(attempts.count).toBe(1);
  });
});

describe('a COMMIT that was not done and went unanswered', () => {
  it('is no longer unknown once its witness can be left: the next attempt has errors of its own', async () => {
    const { database, backbone, points } = await startRig();
    void points.arm({
      when: 'before',
      statement: /^COMMIT/,
      within: EFFECT,
      run: () => {
        throw gone();
      },
    });
    const failing = backbone.inTransaction(async (tx) => {
      if (tx.isRepeated) throw new Error('of its own');
      await tx.write('INSERT INTO test_effects (consumer, note) VALUES (?, ?)', ['a', 'never']);
      recordEvents(tx, noted.of(newId(), 1, { note: 'never' }));
    });
    await expect(failing).rejects.toThrow('of its own');
    expect(await effectsOf(database, 'a')).toEqual([]);
  });
});
