import { impossible } from '../../../src/platform/errors/impossible.ts';
import type { Misbehaviour, Moment } from './misbehaviour.ts';
import type { Answer, Outcome } from './provider-server.ts';

/** What a provider does for one request. */
export type Deed = {
  /** The real thing, which changes the books, and the honest answer to it. */
  act: () => Answer;
  /** Refuses for good instead, and books that. */
  decline: (code: string | undefined) => Answer;
  /** Makes the real thing take another amount. */
  misread: (amount: number) => void;
  /** Runs after the real thing, before the answer goes out. */
  tell: () => Promise<void>;
};

/** What goes out, and what the provider remembers as its answer, if it did anything. */
export type Performed = { outcome: Outcome; kept: Answer | undefined };

const SERVER_ERROR: Answer = {
  status: 500,
  body: {
    code: 'FAILED_INTERNAL_SYSTEM_PROCESSING',
    message: 'the stand-in was told to fail',
    error_code: -500,
    error_message: 'the stand-in was told to fail',
  },
};

/** Does what was asked, or what the stand-in was told to do wrong about it. */
export async function perform(deed: Deed, fault: Misbehaviour | undefined): Promise<Performed> {
  const act = async () => {
    const answer = deed.act();
    await deed.tell();
    return answer;
  };
  if (!fault) return honest(await act());
  switch (fault.how) {
    case 'decline': {
      const answer = deed.decline(fault.code);
      await deed.tell();
      return honest(answer);
    }
    case 'charge':
      deed.misread(fault.amount);
      return honest(await act());
    case 'wait': {
      if (fault.moment === 'before') await fault.until;
      const answer = await act();
      if (fault.moment === 'after') await fault.until;
      return honest(answer);
    }
    case 'hang':
    case 'drop':
      return { outcome: fault.how, kept: await actIf(fault.moment, act) };
    case 'answer':
      return { outcome: fault, kept: await actIf(fault.moment, act) };
    case 'error': {
      const kept = await actIf(fault.moment, act);
      return { outcome: SERVER_ERROR, kept: fault.isKept ? SERVER_ERROR : kept };
    }
    default:
      return impossible(fault);
  }
}

function honest(answer: Answer): Performed {
  return { outcome: answer, kept: answer };
}

async function actIf(moment: Moment, act: () => Promise<Answer>): Promise<Answer | undefined> {
  return moment === 'after' ? act() : undefined;
}
