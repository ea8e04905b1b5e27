/** What the load generator sends, over and over. */
export type LoadRequest = {
  method: 'GET' | 'POST';
  path: string;
  headers: Record<string, string>;
  body?: string;
};

/** A server under measurement, in a process of its own. */
export type Subject = {
  /** Starts to listen; gives the address and what to send. */
  url: string;
  request: LoadRequest;
  /** Whether everything that was answered is in the database, once and only once. */
  isExact: (answered: number) => Promise<boolean>;
  stop: () => Promise<void>;
};

/** The servers that subjects stand on. */
export type SubjectServers = { databaseUrl: string; redisUrl: string };

export type StartSubject = (servers: SubjectServers) => Promise<Subject>;

/** For subjects that store nothing. */
export const alwaysExact = () => Promise.resolve(true);
