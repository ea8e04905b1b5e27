/** What the load generator sends, over and over. */
export type LoadRequest = {
  method: 'GET' | 'POST';
  path: string;
  /** Sent in turn, whichever connection is free next; at least one. */
  messages: readonly Message[];
  /** The part of the answers that must be refusals (4xx), from 0 to 1; none when not given. */
  refusedShare?: number;
  /** Whether each message may be sent once in a round only: a round that has too few is not valid. */
  isSentOnce?: boolean;
};

/** What others send meanwhile: what becomes of it is not measured, and refusals are fine. */
export type SideLoad = { request: LoadRequest; connections: number };

export type Message = { headers: Record<string, string>; body?: string };

/** Requests that a subject has answered, of all rounds. */
export type Answered = { accepted: number; refused: number };

/** A server under measurement, in a process of its own. */
export type Subject = {
  /** Starts to listen; gives the address and what to send. */
  url: string;
  request: LoadRequest;
  sideLoad?: SideLoad;
  /** Makes what a round uses up, warm-ups included, and gives the paths it goes to from now on. */
  beginRound?: () => Promise<RoundPaths>;
  /** Whether everything that was answered is in the database, once and only once. */
  isExact: (answered: Answered) => Promise<boolean>;
  stop: () => Promise<void>;
};

/** The paths of a round; those that are not given stay as they are. */
export type RoundPaths = { request?: string; sideLoad?: string };

/** The servers that subjects stand on; the database is the subject's own, and empty. */
export type SubjectServers = { databaseUrl: string; redisUrl: string };

export type StartSubject = (servers: SubjectServers) => Promise<Subject>;

/** For subjects that store nothing. */
export const alwaysExact = () => Promise.resolve(true);
