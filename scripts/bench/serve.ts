// One subject of the bench in a process of its own: serve.js NAME DATABASE_URL REDIS_URL
import 'reflect-metadata';
import { impossible } from '../../src/platform/errors/impossible.ts';
import { subjectNamed } from './scenarios.ts';
import type { Answered } from './subject.ts';

/** What the bench asks a subject. */
export type Question = { ask: 'round' } | { ask: 'exact'; answered: Answered } | { ask: 'stop' };

const [name = '', databaseUrl = '', redisUrl = ''] = process.argv.slice(2);
const start = subjectNamed(name);
if (!start || !process.send) throw new Error(`serve is run by the bench; ${name} is no subject`);

const subject = await start({ databaseUrl, redisUrl });
const { url, request, sideLoad } = subject;
process.send({ url, request, sideLoad });

process.on('message', (question: Question) => {
  void answer(question);
});
// Also when the bench was killed: nobody else would ever stop this process.
process.on('disconnect', () => process.exit());

async function answer(question: Question): Promise<void> {
  switch (question.ask) {
    case 'round':
      process.send?.({ paths: (await subject.beginRound?.()) ?? {} });
      return;
    case 'exact':
      process.send?.({ exact: await subject.isExact(question.answered) });
      return;
    case 'stop':
      await subject.stop();
      process.disconnect();
      return;
    default:
      impossible(question);
  }
}
