import { Type, type Static, type TSchema } from 'typebox';
import { Compile, type Validator } from 'typebox/compile';
import { MAX_KRW } from '../money/krw.ts';

/** An event as a transaction records it, and as the outbox keeps it. */
export type RecordedEvent = {
  readonly name: string;
  readonly version: number;
  readonly aggregateId: string;
  readonly aggregateVersion: number;
  readonly payload: unknown;
  /** W3C traceparent of the request that it goes back to, if that sent one. */
  readonly trace?: string;
};

/** An event as a consumer sees it: always in the newest version of its payload. */
export type EventOf<Definition> =
  Definition extends EventDefinition<infer Name, infer Payload>
    ? {
        readonly name: Name;
        readonly aggregateId: string;
        readonly aggregateVersion: number;
        readonly payload: Payload;
      }
    : never;

/** Turns a payload of one version into the next one's. */
export type Upcast = (payload: never) => unknown;

/** An event does not match its schema; nothing was stored. `path` names the place. */
export class InvalidEvent extends Error {
  override readonly name = 'InvalidEvent';
  readonly path: string;

  constructor(eventName: string, path: string, message: string) {
    super(`${eventName}${path} ${message}`);
    this.path = path;
  }
}

export class EventDefinition<Name extends string = string, Payload = unknown> {
  readonly name: Name;
  /** Number of upcasts + 1. */
  readonly version: number;
  readonly schema: TSchema;
  readonly #upcasts: readonly Upcast[];
  #validator: Validator | undefined;

  constructor(name: Name, schema: TSchema, upcasts: readonly Upcast[]) {
    this.name = name;
    this.schema = schema;
    this.version = upcasts.length + 1;
    this.#upcasts = upcasts;
  }

  /**
   * An event of this kind, checked against the schema. Throws InvalidEvent.
   * @param aggregateId whose story it is part of
   * @param aggregateVersion of that aggregate, counted in its own row
   */
  of(aggregateId: string, aggregateVersion: number, payload: Payload): RecordedEvent {
    this.#check(payload);
    return { name: this.name, version: this.version, aggregateId, aggregateVersion, payload };
  }

  /** A stored event in today's version. Throws InvalidEvent when it is newer than this build. */
  read(stored: RecordedEvent): EventOf<EventDefinition<Name, Payload>> {
    // The usual case, several times an event: nothing is to be made of it.
    if (stored.version === this.version) {
      return stored as unknown as EventOf<EventDefinition<Name, Payload>>;
    }
    if (stored.version > this.version) {
      throw new InvalidEvent(
        this.name,
        '',
        `has version ${stored.version}; this build knows ${this.version}`,
      );
    }
    let payload = stored.payload;
    for (const upcast of this.#upcasts.slice(stored.version - 1)) {
      payload = upcast(payload as never);
    }
    this.#check(payload);
    return { ...stored, name: this.name, payload: payload as Payload };
  }

  #check(payload: unknown): void {
    this.#validator ??= Compile(this.schema);
    if (this.#validator.Check(payload)) return;
    const [fault] = this.#validator.Errors(payload);
    throw new InvalidEvent(this.name, fault?.instancePath ?? '', fault?.message ?? 'is not valid');
  }
}

/**
 * Declares an event of a module's public contract.
 * @param name `<module>.<past participle>`, unique in the shop
 * @param schema of the payload: ids and plain values, no personal data
 * @param upcasts one for each older version, oldest first
 */
export function defineEvent<const Name extends string, Schema extends TSchema>(
  name: Name,
  schema: Schema,
  upcasts: readonly Upcast[] = [],
): EventDefinition<Name, Static<Schema>> {
  return new EventDefinition(name, schema, upcasts);
}

/** Fields that payloads are made of. */
export const field = {
  id: () => Type.String({ minLength: 36, maxLength: 36 }),
  krw: () => Type.Integer({ minimum: 0, maximum: MAX_KRW }),
  /** May be below zero: a difference of prices. */
  krwDelta: () => Type.Integer({ minimum: -MAX_KRW, maximum: MAX_KRW }),
  count: () => Type.Integer({ minimum: 0, maximum: 1_000_000_000 }),
  percent: () => Type.Integer({ minimum: 0, maximum: 100 }),
  /** ISO 8601, UTC, milliseconds. */
  moment: () => Type.String({ minLength: 24, maxLength: 24 }),
  text: (maxLength: number) => Type.String({ maxLength }),
};
