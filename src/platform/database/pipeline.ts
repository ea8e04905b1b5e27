import type { Connection } from 'mysql2';

/** What the driver keeps of a statement that it sends: a state machine that is fed with packets. */
type Command = {
  /** Sends it, without a packet; with one, takes it in. True when the command is done. */
  execute(packet: object | undefined, connection: DriverConnection): boolean;
};

/** The part of the driver's connection that sends statements. Not in its published types. */
type DriverConnection = Connection & {
  /** Whose answer comes next; those behind it wait in `_commands`. Nothing, when idle. */
  _command: Command | null | undefined;
  readonly _commands: { push(command: Command): void };
  /** The number that the next packet of the server must have. */
  sequenceId: number;
  addCommand(command: Command): Command;
  readonly stream: { cork(): void; uncork(): void };
};

/**
 * Lets prepared statements of one connection follow each other without waiting for answers: those that
 * are given to it before an answer has come go out at once, in one write. The server works on them in
 * their order and answers in that order, as it always does, so only the way there and back is saved.
 * The driver by itself sends a statement when the one before is answered.
 *
 * A statement that fails does not keep those behind it from running. It is therefore for transactions
 * that end with ROLLBACK after any failure, and that wait for all answers before they send COMMIT.
 */
export function pipelineStatements(connection: Connection): void {
  const driver = connection as DriverConnection;
  const addOneByOne = driver.addCommand.bind(driver);
  /** Prepared statements that went out: whatever comes behind one of them may follow at once. */
  const sent = new WeakSet<Command>();
  let last: Command | undefined;
  let corked = false;

  driver.addCommand = (command) => {
    holdWrites();
    const isIdle = !driver._command;
    const mayFollow = last !== undefined && sent.has(last);
    if (!isIdle && mayFollow && (isStatement(command) || isPreparation(command))) {
      if (sendBehindOthers(command)) last = command;
      return command;
    }
    last = command;
    if (isIdle && isStatement(command)) sent.add(command);
    return addOneByOne(command);
  };

  /** What is sent while the present turn of the event loop lasts is one write. */
  function holdWrites(): void {
    if (corked) return;
    corked = true;
    driver.stream.cork();
    process.nextTick(() => {
      corked = false;
      driver.stream.uncork();
    });
  }

  /** False when there is no answer to wait for: prepared before, or refused by the driver. */
  function sendBehindOthers(command: Command): boolean {
    const expected = driver.sequenceId;
    const isDone = command.execute(undefined, driver);
    const firstOfAnswer = driver.sequenceId;
    driver.sequenceId = expected;
    if (isDone) return false;
    const takeIn = command.execute.bind(command);
    command.execute = (packet, of) => {
      if (packet !== undefined) return takeIn(packet, of);
      // Its turn has come, and it is sent already.
      of.sequenceId = firstOfAnswer;
      return false;
    };
    driver._commands.push(command);
    if (isStatement(command)) sent.add(command);
    return true;
  }
}

/** By their classes' names: the driver does not publish these. */
function isStatement(command: Command): boolean {
  return command.constructor.name === 'Execute';
}

function isPreparation(command: Command): boolean {
  return command.constructor.name === 'Prepare';
}
