// One subject of the bench in a process of its own: serve.js NAME DATABASE_URL REDIS_URL
import 'reflect-metadata';
import { subjectNamed } from './scenarios.ts';
import type { Answered } from './subject.ts';

/** What the bench asks a subject. */
export type Question = { ask: 'exact'; answered: Answered } | { ask: 'stop' };

const [name = '', databaseUrl = '', redisUrl = ''] = process.argv.slice(2);
const start = subjectNamed(name);
if (!start || !process.send) throw new Error(`serve is run by the bench; ${name} is no subject`);

const subject = await start({ databaseUrl, redisUrl });
const { url, request } = subject;
process.send({ url, request });

process.on('message', (question: Question) => {
  void answer(question);
});
// Also when the bench was killed: nobody else would ever stop this process.
process.on('disconnect', () => process.exit());

async function answer(question: Question): Promise<void> {
  if (question.ask === 'exact') {
    process.send?.({ exact: await subject.isExact(question.answered) });
    return;
  }
  await subject.stop();
  process.disconnect();
}
