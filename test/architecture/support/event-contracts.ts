import { join } from 'node:path';
import { EventDefinition } from '../../../src/platform/events/define-event.ts';
import { ROOT, typeScriptFiles } from './source-files.ts';

export type DefinedEvent = { path: string; definition: EventDefinition };

/** Every event that a module's *.events.ts exports. */
export async function loadEvents(): Promise<DefinedEvent[]> {
  const paths = await typeScriptFiles(ROOT, ['src']);
  const lists = await Promise.all(
    paths
      .filter((path) => path.endsWith('.events.ts'))
      .map(async (path) => {
        const file = (await import(join(ROOT, path))) as Record<string, unknown>;
        return Object.values(file)
          .filter((value) => value instanceof EventDefinition)
          .map((definition) => ({ path, definition }));
      }),
  );
  return lists.flat();
}

/** Words in the name of a field that holds, or may hold, something about a person. */
const PERSONAL_WORDS = new Set(
  (
    'name nickname login password secret token email mail phone mobile fax address recipient ' +
    'receiver zone zip postal road lot birth birthday gender age ip device card account holder'
  ).split(' '),
);

/** The personal fields of an event's payload, as `event field.field`, however deep they lie. */
export function personalFields({ name, schema }: EventDefinition): string[] {
  return fieldsOf(schema)
    .filter((path) => wordsOf(path.at(-1) ?? '').some((word) => PERSONAL_WORDS.has(word)))
    .map((path) => `${name} ${path.join('.')}`);
}

/** `loginId` is made of login and id. */
function wordsOf(field: string): string[] {
  return field.split(/(?=[A-Z])|[^A-Za-z]/).map((word) => word.toLowerCase());
}

/** The paths of all fields of a schema, through lists and alternatives. */
function fieldsOf(schema: unknown): string[][] {
  if (typeof schema !== 'object' || schema === null) return [];
  return Object.entries(schema).flatMap(([keyword, value]) =>
    keyword === 'properties'
      ? Object.entries(value as object).flatMap(([field, inner]) => [
          [field],
          ...fieldsOf(inner).map((path) => [field, ...path]),
        ])
      : fieldsOf(value),
  );
}
